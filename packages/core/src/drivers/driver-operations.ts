/** A driver's operations, so that one operation can use several drivers. */
import { invalidArgument } from '../errors.ts';

/** The hidden property of a driver with what its connection knows of it. Not enumerable. */
export const connectionKey: unique symbol = Symbol.for('isobar.connection') as typeof connectionKey;

/** What a driver's type says about its operations. */
export interface WithOperations<Operations> {
  readonly [connectionKey]?: { operations(): Operations };
}

/**
 * The operations of a driver, by the names of its methods. Each runs on the driver's connection (its pool, limits, timeout
 * and tracing), in whatever call it takes part; listings and streams do so too. Errors name the driver's provider and
 * method.
 *
 * Drivers that take part in one call must be of its kind; blocking ones must have the same `worker`.
 *
 * @example
 * function* copy(from: StorageObject, to: Container): Operation<StorageObject> {
 *   const bytes = yield* operationsOf(source).readObject(from);
 *   return yield* operationsOf(target).writeObject(bytes, to, from.name);
 * }
 *
 * @throws {CloudError} `invalid-argument` for anything but a driver.
 */
export function operationsOf<Operations>(driver: WithOperations<Operations>): Operations {
  const handle = (driver as WithOperations<Operations> | null | undefined)?.[connectionKey];
  if (handle) return handle.operations();
  throw invalidArgument('driver', 'must be a driver, as connect() or an AsyncSession returns it');
}
