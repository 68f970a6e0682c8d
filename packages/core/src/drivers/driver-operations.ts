/** A driver's operations, so that one operation can use several drivers. */
import { invalidArgument } from '../errors.ts';
import type { Async, Blocking } from './driver-types.ts';
import type { MethodTable } from './methods.ts';

/** The hidden property of a driver with what its connection knows of it. Not enumerable. */
export const connectionKey: unique symbol = Symbol.for('isobar.connection') as typeof connectionKey;

/** What a driver's type says about its operations. */
export interface WithOperations<Operations> {
  readonly [connectionKey]?: {
    operations(): Operations;
    /** Makes methods of other operations, of the driver's kind. */
    methods(own: OwnOperations<object>): object;
  };
}

/** Operations of a package that works on top of drivers. */
export interface OwnOperations<Operations> {
  /** Named in errors and traces in the place of a provider. */
  readonly id: string;
  readonly operations: Operations;
  readonly methods: MethodTable<Operations>;
}

/**
 * Makes methods of operations that work on top of drivers: of the kind of a driver, on whose connection their own steps run. To
 * use drivers in them, see {@link operationsOf}.
 *
 * @param driver A blocking or asynchronous driver of any design.
 * @throws {CloudError} `invalid-argument` for anything but a driver.
 *
 * @example
 * const methods = methodsOn(driver, { id: 'acme-tools', operations, methods: toolMethods }) as Async<ToolOperations>;
 */
export function methodsOn<Operations extends object>(
  driver: unknown,
  own: OwnOperations<Operations>,
): Blocking<Operations> | Async<Operations> {
  return handleOf(driver).methods(own as OwnOperations<object>) as Blocking<Operations> | Async<Operations>;
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
  return handleOf(driver).operations() as Operations;
}

function handleOf(driver: unknown): NonNullable<WithOperations<unknown>[typeof connectionKey]> {
  const handle = (driver as WithOperations<unknown> | null | undefined)?.[connectionKey];
  if (handle) return handle;
  throw invalidArgument('driver', 'must be a driver, as connect() or an AsyncSession returns it');
}
