/**
 * Ways in which a design can break drivers that are right, and what must notice each: a case of the design part, named
 * by its suite and title, or a script of the parity tests.
 */
import type { AnyStorage, BothKinds, Kind } from '../src/driver.ts';
import type { Methods } from './memory-drivers.ts';

/** How a design breaks what it was given. */
export interface Break {
  /** Makes a broken driver of a right one. */
  readonly break?: (right: AnyStorage, options: object) => object;
  /** Makes a broken pair of drivers of a right one. */
  readonly breakBoth?: (both: BothKinds<AnyStorage>) => BothKinds<AnyStorage>;
  /** Changes the options of `connect`. */
  readonly breakOptions?: (options: object) => object;
}

/** A broken design. */
export interface BrokenDesign extends Break {
  /** Reads after "a design that": `drops options`. */
  readonly title: string;
  readonly kind: Kind;
  readonly noticedBy: { readonly suite: string; readonly case: string } | { readonly script: string };
}

type Method = (...args: unknown[]) => unknown;

/** Changes all methods of a driver alike. */
function eachMethod(right: AnyStorage, change: (method: Method, name: string) => Method): object {
  const methods = Object.entries(right).filter(([name, member]) => typeof member === 'function' && name !== 'close');
  return { ...right, ...Object.fromEntries(methods.map(([name, method]) => [name, change(method as Method, name)])) };
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const dropLast: (method: Method) => Method =
  (method) =>
  (...args) =>
    method(...(args.length > 1 && isObject(args.at(-1)) ? args.slice(0, -1) : args));

const inCase = (suite: string, title: string): BrokenDesign['noticedBy'] => ({ suite, case: title });

const inFaults = (title: string): BrokenDesign['noticedBy'] => inCase('faults of async designs', title);

/** The broken designs. */
export const brokenDesigns: readonly BrokenDesign[] = [
  {
    title: 'drops options',
    kind: 'blocking',
    noticedBy: inCase('listing', 'cuts pages at the page size, with a cursor on all but the last'),
    break: (right) => eachMethod(right, dropLast),
  },
  {
    title: 'drops the options of one method',
    kind: 'blocking',
    noticedBy: { script: 'copyObject with changes' },
    break: (right) => ({ ...right, copyObject: dropLast(right.copyObject as Method) }),
  },
  {
    title: 'drops the signal',
    kind: 'async',
    noticedBy: inCase('cancelling', 'sends nothing when the signal has fired already'),
    break: (right) =>
      eachMethod(
        right,
        (method) =>
          (...args) =>
            method(...args.map((value) => (isObject(value) ? { ...(value as object), signal: undefined } : value))),
      ),
  },
  {
    title: 'returns promises from blocking methods',
    kind: 'blocking',
    noticedBy: inFaults('types that do not know the kind: answers with a value or with a promise, as its kind says'),
    break: (right) =>
      eachMethod(
        right,
        (method) =>
          async (...args) =>
            method(...args),
      ),
  },
  {
    title: 'returns a promise from one blocking method',
    kind: 'blocking',
    noticedBy: { script: 'getObject' },
    break: (right) => ({
      ...right,
      getObject: async (...args: Parameters<Methods['getObject']>) => right.getObject(...args),
    }),
  },
  {
    title: 'blocks in one asynchronous method',
    kind: 'async',
    noticedBy: { script: 'presignObjectUrl' },
    break: (right) => ({ ...right, presignObjectUrl: () => 'https://memory.example/container/object' }),
  },
  {
    title: 'blocks under an asynchronous name',
    kind: 'async',
    noticedBy: inFaults(
      'a kind that lies: the event loop turns during an async call, and stands still during a blocking one',
    ),
    break: (right) => ({ ...right, listContainers: () => Promise.resolve([]) }),
  },
  {
    title: 'refuses blocking calls during an async one',
    kind: 'async',
    noticedBy: inFaults(
      'kinds that share state: a blocking call during an async one, both right, with the same request',
    ),
    breakBoth({ async, blocking, isOneObject }) {
      let underWay = 0;
      const counted = eachMethod(async, (method) => async (...args) => {
        underWay += 1;
        try {
          return await method(...args);
        } finally {
          underWay -= 1;
        }
      });
      const refusing = eachMethod(blocking, (method) => (...args) => {
        if (underWay > 0) throw new Error('the loop is in use');
        return method(...args);
      });
      return { async: counted as AnyStorage, blocking: refusing as AnyStorage, isOneObject };
    },
  },
  {
    title: 'gives a blocking call the answer of the async one under way',
    kind: 'async',
    noticedBy: inFaults(
      'kinds that share state: a blocking call during an async one, both right, with the same request',
    ),
    breakBoth({ async, blocking, isOneObject }) {
      const answers = new Map<string, unknown>();
      const remembering = eachMethod(async, (method, name) => async (...args) => {
        answers.set(name, await method(...args));
        return answers.get(name);
      });
      const reusing = eachMethod(
        blocking,
        (method, name) =>
          (...args) =>
            answers.get(name) ?? method(...args),
      );
      return { async: remembering as AnyStorage, blocking: reusing as AnyStorage, isOneObject };
    },
  },
  {
    title: 'closes both kinds though they are two objects',
    kind: 'async',
    noticedBy: inFaults(
      'kinds that share state: closing one kind ends the other where one object has both, else leaves it open',
    ),
    breakBoth({ async, blocking, isOneObject }) {
      const close = async () => {
        blocking.close();
        await async.close();
      };
      return { async: { ...async, close }, blocking, isOneObject };
    },
  },
  {
    title: 'leaves one kind open though one object has both',
    kind: 'async',
    noticedBy: inFaults(
      'kinds that share state: closing one kind ends the other where one object has both, else leaves it open',
    ),
    breakBoth: (both) => ({ ...both, isOneObject: true }),
  },
  {
    title: 'drops the option to report blocking calls',
    kind: 'blocking',
    noticedBy: inFaults(
      'the wrong kind by accident: a blocking call that holds up a busy event loop is reported, no async call is',
    ),
    breakOptions: (options) => ({ ...options, warnBlockingMs: undefined }),
  },
  {
    title: 'reports async calls',
    kind: 'async',
    noticedBy: inFaults(
      'the wrong kind by accident: a blocking call that holds up a busy event loop is reported, no async call is',
    ),
    break: (right) =>
      eachMethod(right, (method) => (...args) => {
        process.emitWarning('slow', { code: 'ISOBAR_BLOCKING_CALL' });
        return method(...args);
      }),
  },
  {
    title: 'gives a listing as an array',
    kind: 'async',
    noticedBy: { script: 'iterateContainerObjects over several pages' },
    break: (right) => ({
      ...right,
      async iterateContainerObjects(...args: Parameters<Methods['iterateContainerObjects']>) {
        // The script ends before this does, and removes the container.
        const settled = await Promise.allSettled([right.iterateContainerObjects(...args).toArray()]);
        return settled.flatMap((listed) => (listed.status === 'fulfilled' ? listed.value : []));
      },
    }),
  },
  {
    title: 'forgets a method',
    kind: 'async',
    noticedBy: { script: 'copyObject' },
    break: ({ copyObject: _, ...others }) => others,
  },
  {
    title: 'gives one method the name of another',
    kind: 'async',
    noticedBy: { script: 'getContainer' },
    break: (right) => ({ ...right, getContainer: right.createContainer }),
  },
  {
    title: 'throws from asynchronous methods',
    kind: 'async',
    noticedBy: inFaults(
      'types that do not know the kind: fails by throwing or by a rejected promise, as its kind says',
    ),
    break: (right) => ({
      ...right,
      listContainers: () => {
        throw new Error('thrown, not rejected');
      },
    }),
  },
  {
    title: 'closes late',
    kind: 'async',
    noticedBy: inCase('driver', 'refuses calls once it is closed'),
    break: (right) => ({ ...right, close: async () => void setImmediate(() => right.close()) }),
  },
  {
    title: 'closes late, without waiting',
    kind: 'blocking',
    noticedBy: inCase('driver', 'refuses calls once it is closed'),
    break: (right) => ({ ...right, close: () => void setImmediate(() => right.close()) }),
  },
  {
    title: 'does not close when it is disposed of',
    kind: 'blocking',
    noticedBy: inCase('driver', 'can be disposed of, which closes it'),
    break: (right) => ({ ...right, [Symbol.dispose]: () => undefined }),
  },
  {
    title: 'cannot be disposed of',
    kind: 'async',
    noticedBy: inCase('driver', 'can be disposed of, which closes it'),
    break: (right) => ({ ...right, [Symbol.asyncDispose]: undefined }),
  },
  {
    title: 'names another provider',
    kind: 'async',
    noticedBy: inCase('driver', 'says which provider it belongs to'),
    break: (right) => ({ ...right, provider: { ...right.provider, id: 'another' } }),
  },
  {
    title: 'asks for a listing before it is read',
    kind: 'blocking',
    noticedBy: inCase('listing', 'sends nothing until a listing is iterated'),
    break: (right) => ({
      ...right,
      iterateContainers: (...args: Parameters<Methods['iterateContainers']>) => {
        const items = (right as unknown as Methods).listContainers(...args);
        return { ...right.iterateContainers(...args), [Symbol.iterator]: () => items.values() };
      },
    }),
  },
  {
    title: 'reads a listing once',
    kind: 'blocking',
    noticedBy: inCase('listing', 'reads again each time that a listing is iterated'),
    break: (right) => ({
      ...right,
      iterateContainerObjects: (...args: Parameters<Methods['iterateContainerObjects']>) => {
        const whole = (right as unknown as Methods).iterateContainerObjects(...args);
        const items = whole[Symbol.iterator]();
        return { ...whole, [Symbol.iterator]: () => items };
      },
    }),
  },
  {
    title: 'wraps errors',
    kind: 'blocking',
    noticedBy: { script: 'getObject of a missing one' },
    break: (right) =>
      eachMethod(right, (method) => (...args) => {
        try {
          return method(...args);
        } catch (cause) {
          throw new Error('it failed', { cause });
        }
      }),
  },
  {
    title: 'asks once more',
    kind: 'async',
    noticedBy: { script: 'getObject' },
    break: (right) => ({
      ...right,
      getObject: async (...args: Parameters<Methods['getObject']>) => {
        await right.getObject(...args);
        return await right.getObject(...args);
      },
    }),
  },
  {
    title: 'shows its credentials',
    kind: 'blocking',
    noticedBy: inCase('options', 'does not show the secret when a driver is logged'),
    break: (right, options) => ({ ...right, options }),
  },
  {
    title: 'takes its own options out of those of the caller',
    kind: 'async',
    noticedBy: inCase('options', 'leaves the caller’s options as they are'),
    break: (right, options) => {
      Reflect.deleteProperty(options, 'timeoutMs');
      Object.assign(options, { timeoutMs: 1 });
      return right;
    },
  },
];
