/** Arguments: which of them are options, and errors about swapped arguments and wrong types. */
import { ReadableStream } from 'node:stream/web';
import { expect } from 'vitest';
import { collect } from '../bytes.ts';
import type { Case, Suite } from '../case.ts';
import type { AnyStorage } from '../driver.ts';
import type { StorageKit } from './storage-kit.ts';

/** Each of these fields would break or end a call if a driver took its holder for options. */
const notOptions = { timeoutMs: 'boom', prefetch: 'boom', onProgress: 'boom', signal: AbortSignal.abort() } as const;

/** A reference that is an instance of a class. */
class Task {
  readonly timeoutMs = notOptions.timeoutMs;
  readonly extra = notOptions;
  readonly container: string;
  readonly name: string;

  constructor(container: string, name: string) {
    this.container = container;
    this.name = name;
  }

  get signal(): AbortSignal {
    return notOptions.signal;
  }
}

/** Methods whose arguments may be anything: what these cases pass is wrong on purpose. */
type Loose = { readonly [Name in keyof AnyStorage]: (...args: unknown[]) => unknown };

/** A call with swapped arguments, the argument that the error names, and how it describes the value. */
function refuses(
  operation: keyof AnyStorage,
  label: string,
  call: (driver: Loose, home: string) => unknown,
  field: string,
  given: string,
): Case<StorageKit> {
  return {
    title: `refuses ${operation}(${label}) for its \`${field}\`, before anything is sent`,
    async run({ driver, containerWith, failsUnsent }) {
      const home = await containerWith(['object']);
      const details = { operation, field };
      const attempt = () => call(driver as unknown as Loose, home);
      const failure = await failsUnsent(attempt, { code: 'invalid-argument', details });
      expect(failure.message, 'it says what was given').toContain(given.replace('{home}', home));
      expect((await driver.listContainerObjects(home)).map(({ name }) => name)).toEqual(['object']);
    },
  };
}

/** Data that is nearly bytes, and what the message must say. */
const nearlyBytes: readonly (readonly [value: unknown, className: string, way: string])[] = [
  [new ArrayBuffer(3), 'ArrayBuffer', 'new Uint8Array(buffer)'],
  [new SharedArrayBuffer(3), 'SharedArrayBuffer', 'new Uint8Array(buffer).slice()'],
  [new DataView(new ArrayBuffer(3)), 'DataView', 'new Uint8Array(view.buffer, view.byteOffset, view.byteLength)'],
  [new Float32Array(3), 'Float32Array', 'new Uint8Array(view.buffer, view.byteOffset, view.byteLength)'],
  [new Blob(['abc']), 'Blob', 'new Uint8Array(await blob.arrayBuffer())'],
  [new File(['abc'], 'name'), 'File', 'new Uint8Array(await blob.arrayBuffer())'],
  [new ReadableStream(), 'ReadableStream', 'uploadObjectViaStream'],
  [Promise.resolve('abc'), 'Promise', 'await it'],
  [new Map(), 'Map', ''],
  [new Date(0), 'Date', ''],
];

/** Cases about arguments. */
export const storageArguments: Suite<StorageKit> = {
  title: 'arguments',
  cases: [
    {
      title: 'does not take a reference for options, whatever its fields',
      async run({ driver, containerWith }) {
        const home = await containerWith(['first', 'second', 'third']);
        const holder = { name: home, ...notOptions };
        const [first, second] = [new Task(home, 'first'), { container: home, name: 'second', ...notOptions }];
        for (const object of [first, second]) {
          expect((await driver.readObject(object)).length, object.name).toBe(object.name.length);
          expect((await collect(driver.downloadObjectAsStream(object))).length).toBe(object.name.length);
          await driver.deleteObject(object);
        }
        expect((await driver.listContainerObjects(holder)).map(({ name }) => name)).toEqual(['third']);
        expect(await driver.iterateContainerObjects(holder).toArray()).toHaveLength(1);
        await driver.deleteObject(Object.assign(Object.create(new Task(home, 'third')), { timeoutMs: -1 }));
        await driver.deleteContainer(holder);
      },
    },
    {
      title: 'checks options in their position, before anything is sent',
      async run({ driver, containerWith, failsUnsent }) {
        const home = await containerWith(['object']);
        const object = { container: home, name: 'object' };
        const options = { timeoutMs: 'boom' as unknown as number };
        const calls: Partial<Record<keyof AnyStorage, () => unknown>> = {
          readObject: () => driver.readObject(object, options),
          getObject: () => driver.getObject(home, 'object', options),
          deleteObject: () => driver.deleteObject(object, options),
          writeObject: () => driver.writeObject('x', home, 'object', options),
          listContainerObjects: () => driver.listContainerObjects(home, options),
          iterateContainerObjects: async () => await driver.iterateContainerObjects(home, options).toArray(),
          deleteContainer: () => driver.deleteContainer(home, options),
        };
        for (const [operation, call] of Object.entries(calls)) {
          await failsUnsent(call, { code: 'invalid-argument', details: { operation, field: 'timeoutMs' } });
        }
        expect(await driver.listContainerObjects(home, { timeoutMs: 60_000 })).toHaveLength(1);
      },
    },
    {
      title: 'obeys a signal in the options',
      kind: 'async',
      async run({ driver, containerWith, failsUnsent }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        const { signal } = notOptions;
        await failsUnsent(() => driver.deleteObject(object, { signal }), { code: 'aborted' });
        await failsUnsent(() => driver.getObject(object.container, 'object', { signal }), { code: 'aborted' });
        expect(await driver.listContainerObjects(object.container)).toHaveLength(1);
      },
    },
    refuses('readObject', 'container, name', (driver, home) => driver.readObject(home, 'object'), 'object', '"{home}"'),
    refuses(
      'deleteObject',
      'container, name',
      (driver, home) => driver.deleteObject(home, 'object'),
      'object',
      '"{home}"',
    ),
    refuses(
      'downloadObject',
      'container, name, path',
      (driver, home) => driver.downloadObject(home, 'object', '/nowhere/file'),
      'object',
      '"{home}"',
    ),
    refuses(
      'getObject',
      'object',
      (driver, home) => driver.getObject({ container: home, name: 'object' }),
      'container',
      'an object',
    ),
    refuses(
      'listContainerObjects',
      'object',
      (driver, home) => driver.listContainerObjects({ container: home, name: 'object' }),
      'container',
      'an object',
    ),
    refuses(
      'writeObject',
      'container, name, data',
      (driver, home) => driver.writeObject(home, 'object', Uint8Array.of(1)),
      'objectName',
      'a Uint8Array',
    ),
    refuses(
      'writeObject',
      'data, object',
      (driver, home) => driver.writeObject('x', { container: home, name: 'object' }),
      'container',
      'an object',
    ),
    refuses(
      'uploadObjectViaStream',
      'container, name, source',
      (driver, home) => driver.uploadObjectViaStream(home, 'object', new ReadableStream()),
      'objectName',
      'a ReadableStream',
    ),
    refuses(
      'uploadObject',
      'data, container, name',
      (driver, home) => driver.uploadObject(Uint8Array.of(1), home, 'other'),
      'filePath',
      'a Uint8Array',
    ),
    {
      title: 'refuses data that is nearly bytes, with its class and what to pass instead',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        for (const [value, className, way] of nearlyBytes) {
          const write = () => driver.writeObject(value as string, home, 'object');
          const failure = await failsUnsent(write, { code: 'invalid-argument', details: { field: 'data' } });
          expect(failure.message).toMatch(new RegExp(`, not an? ${className}\\b`));
          expect(failure.message).toContain(way);
        }
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'refuses data that throws when it is inspected, with an error of its own',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        const refuse = (): never => {
          throw new Error('not readable');
        };
        const traps = { get: refuse, has: refuse, getPrototypeOf: refuse, ownKeys: refuse };
        for (const wrong of [
          new Proxy({}, traps),
          Object.create(null),
          {
            get constructor() {
              return refuse();
            },
          },
        ]) {
          const write = () => driver.writeObject(wrong as string, home, 'object');
          await failsUnsent(write, { code: 'invalid-argument', details: { field: 'data' } });
        }
      },
    },
  ],
};
