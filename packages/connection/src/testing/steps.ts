/** Single steps, as operations yield them, for the tests of what performs steps. */
import { exchange, type HttpRequest, type Operation, release, type Step, sleep, stat } from '@isobar/core/provider';

/** The first step of an operation. */
export function firstStep(operation: Operation<unknown>): Step {
  const { done, value } = operation.next();
  if (done) throw new Error('the operation has no step');
  return value;
}

/** A step that ends by itself only in eleven days. */
export const endless = (): Step => firstStep(sleep(1e9));
/** A step that is done at once, with `undefined` for a path at which nothing is. */
export const statOf = (path: string): Step => firstStep(stat(path));
/** A step that sends a request. */
export const exchangeOf = (request: HttpRequest): Step => firstStep(exchange(request));
/** A step that lets go of the stream with a number. */
export const releaseOf = (stream: number): Step => firstStep(release({ stream }));

/** A GET of a path. */
export const get = (origin: string, path: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  origin,
  path,
  headers: {},
  ...more,
});
