/** Single steps, as operations yield them, for tests of the code that performs steps. */
import {
  exchange,
  type HttpRequest,
  type Operation,
  release,
  type SingleStep,
  sleep,
  stat,
} from '@isobar/core/provider';

/** The first step of an operation. */
export function firstStep(operation: Operation<unknown>): SingleStep {
  const { done, value } = operation.next();
  if (done) throw new Error('the operation has no step');
  return value as SingleStep;
}

/** A sleep of eleven days, which a test must cancel. */
export const endless = (): SingleStep => firstStep(sleep(1e9));
/** A step that ends immediately, with `undefined` for a path that does not exist. */
export const statOf = (path: string): SingleStep => firstStep(stat(path));
/** A step that sends a request. */
export const exchangeOf = (request: HttpRequest): SingleStep => firstStep(exchange(request));
/** A step that releases the stream with a number. */
export const releaseOf = (stream: number): SingleStep => firstStep(release({ stream }));

/** A GET of a path. */
export const get = (origin: string, path: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  origin,
  path,
  headers: {},
  ...more,
});
