/** Single steps, as operations yield them, for tests of the code that performs steps. */
import {
  exchange,
  type HttpRequest,
  type Operation,
  release,
  type SingleStep,
  sleep,
  stat,
  type WorkerStep,
} from '@isobar/core/provider';

/** The first step of an operation, which contains no operations. */
export function firstStep<Kind extends SingleStep>(operation: Operation<unknown>): Kind {
  const { done, value } = operation.next();
  if (done) throw new Error('the operation has no step');
  return value as Kind;
}

/** A sleep of eleven days, which a test must cancel. */
export const endless = (): WorkerStep => firstStep(sleep(1e9));
/** A step that ends immediately, with `undefined` for a path that does not exist. */
export const statOf = (path: string): WorkerStep => firstStep(stat(path));
/** A step that sends a request. */
export const exchangeOf = (request: HttpRequest): WorkerStep => firstStep(exchange(request));
/** A step that releases the stream with a number. */
export const releaseOf = (stream: number): WorkerStep => firstStep(release({ stream }));

/** A GET of a path. */
export const get = (origin: string, path: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  origin,
  path,
  headers: {},
  ...more,
});
