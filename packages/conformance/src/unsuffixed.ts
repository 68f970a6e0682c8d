/** Shows the asynchronous half of a face that has both colours under plain names. */

/** The members of a face that end in `Async`, without that ending, and those that say what it is and end it. */
export type Unsuffixed<Face> = {
  readonly [Name in keyof Face as Name extends `${infer Plain}Async` ? Plain : never]: Face[Name];
} & Pick<Face, Extract<keyof Face, 'provider' | 'close'>>;

/** Methods that have no asynchronous twin because they need none. */
const shared: readonly PropertyKey[] = ['close', Symbol.dispose, Symbol.asyncDispose];

/**
 * The asynchronous methods of a face under the names of their blocking twins: `getObjectAsync` as `getObject`. A method
 * without an asynchronous twin is absent, so that no test takes the blocking one for it.
 *
 * @example
 * open: (options) => unsuffixed(connect(acmeStorage, { ...credentials, ...options })),
 */
export function unsuffixed<Face extends object>(face: Face): Unsuffixed<Face> {
  const shown = new Proxy(face, {
    get(target, name) {
      const twin: unknown = typeof name === 'string' ? Reflect.get(target, `${name}Async`, target) : undefined;
      if (typeof twin === 'function') return twin.bind(target);
      const own: unknown = Reflect.get(target, name, target);
      if (typeof own !== 'function') return own;
      return shared.includes(name) ? own.bind(target) : undefined;
    },
  });
  return shown as unknown as Unsuffixed<Face>;
}
