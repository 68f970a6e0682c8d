/** Gives the async methods of a driver that has both kinds under plain names. */

/** The members of a driver that end in `Async`, without that suffix, and the members that it shares. */
export type Unsuffixed<Driver> = {
  readonly [Name in keyof Driver as Name extends `${infer Plain}Async` ? Plain : never]: Driver[Name];
} & Pick<Driver, Extract<keyof Driver, 'provider' | 'close'>>;

/** Methods without an `Async` counterpart, used as they are. */
const shared: readonly PropertyKey[] = ['close', Symbol.dispose, Symbol.asyncDispose];

/**
 * The async methods of a driver under the names of the blocking ones: `getObjectAsync` as `getObject`. A method without
 * an async counterpart is absent, so that no test calls the blocking one by mistake.
 *
 * @example
 * open: (options) => unsuffixed(connect(acmeStorage, { ...credentials, ...options })),
 */
export function unsuffixed<Driver extends object>(driver: Driver): Unsuffixed<Driver> {
  const shown = new Proxy(driver, {
    get(target, name) {
      const counterpart: unknown = typeof name === 'string' ? Reflect.get(target, `${name}Async`, target) : undefined;
      if (typeof counterpart === 'function') return counterpart.bind(target);
      const own: unknown = Reflect.get(target, name, target);
      if (typeof own !== 'function') return own;
      return shared.includes(name) ? own.bind(target) : undefined;
    },
  });
  return shown as unknown as Unsuffixed<Driver>;
}
