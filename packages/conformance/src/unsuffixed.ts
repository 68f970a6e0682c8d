/** Shows the asynchronous half of a driver that has both kinds under plain names. */

/** The members of a driver that end in `Async`, without that ending, and those that say what it is and end it. */
export type Unsuffixed<Driver> = {
  readonly [Name in keyof Driver as Name extends `${infer Plain}Async` ? Plain : never]: Driver[Name];
} & Pick<Driver, Extract<keyof Driver, 'provider' | 'close'>>;

/** Methods that have no asynchronous twin because they need none. */
const shared: readonly PropertyKey[] = ['close', Symbol.dispose, Symbol.asyncDispose];

/**
 * The asynchronous methods of a driver under the names of their blocking twins: `getObjectAsync` as `getObject`. A method
 * without an asynchronous twin is absent, so that no test takes the blocking one for it.
 *
 * @example
 * open: (options) => unsuffixed(connect(acmeStorage, { ...credentials, ...options })),
 */
export function unsuffixed<Driver extends object>(driver: Driver): Unsuffixed<Driver> {
  const shown = new Proxy(driver, {
    get(target, name) {
      const twin: unknown = typeof name === 'string' ? Reflect.get(target, `${name}Async`, target) : undefined;
      if (typeof twin === 'function') return twin.bind(target);
      const own: unknown = Reflect.get(target, name, target);
      if (typeof own !== 'function') return own;
      return shared.includes(name) ? own.bind(target) : undefined;
    },
  });
  return shown as unknown as Unsuffixed<Driver>;
}
