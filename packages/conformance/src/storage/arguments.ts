/** Arguments: which of them are options, and errors about swapped arguments and wrong types. */
import { Readable } from 'node:stream';
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

/** Data that is no bytes, and what the message must say. */
const noBytes: readonly (readonly [value: unknown, className: string, way: string])[] = [
  [new Response('abc'), 'Response', 'pass its `body`'],
  [Promise.resolve('abc'), 'Promise', 'await it'],
  [new Date(0), 'Date', ''],
];

/** `abc` in all forms in which JavaScript has bytes in memory. */
const inMemory: Readonly<Record<string, () => string | ArrayBufferView | ArrayBuffer | SharedArrayBuffer>> = {
  string: () => 'abc',
  Uint8Array: () => bytes(),
  'part of a buffer': () => Uint8Array.of(0, 97, 98, 99, 0).subarray(1, 4),
  Buffer: () => Buffer.from('abc'),
  DataView: () => new DataView(Uint8Array.of(0, 97, 98, 99).buffer, 1),
  ArrayBuffer: () => bytes().buffer,
  SharedArrayBuffer: () => shared(),
  'view of shared memory': () => new Uint8Array(shared()),
};

/** The same, to be read piece by piece. */
const inPieces: Readonly<Record<string, () => Iterable<string | Uint8Array | ArrayBuffer>>> = {
  array: () => ['a', bytes().subarray(1, 2), bytes().slice(2).buffer],
  generator: function* () {
    yield 'ab';
    yield 'c';
  },
};

/** The same, to be awaited. */
const awaited: Readonly<Record<string, () => unknown>> = {
  Blob: () => new Blob(['abc']),
  File: () => new File(['abc'], 'name'),
  ReadableStream: () => new Blob(['abc']).stream(),
  Readable: () => Readable.from(['a', 'bc']),
  'async generator': async function* () {
    yield 'abc';
  },
};

function bytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(97, 98, 99);
}

function shared(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(3);
  new Uint8Array(buffer).set(bytes());
  return buffer;
}

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
      title: 'takes bytes in every form that can be read without awaiting, as data and as a source',
      async run({ driver, container }) {
        const home = await container();
        for (const [name, make] of Object.entries({ ...inMemory, ...inPieces })) {
          expect((await driver.writeObject(make(), home, 'written')).sizeBytes, `data: ${name}`).toBe(3);
          expect((await driver.uploadObjectViaStream(make(), home, 'sent')).sizeBytes, `source: ${name}`).toBe(3);
          for (const object of ['written', 'sent']) {
            expect(Buffer.from(await driver.readObject({ container: home, name: object })).toString(), name).toBe(
              'abc',
            );
          }
        }
      },
    },
    {
      title: 'takes bytes in every form that must be awaited, as data and as a source',
      kind: 'async',
      needs: 'streamUpload',
      async run({ driver, container }) {
        const home = await container();
        for (const [name, make] of Object.entries(awaited)) {
          expect((await driver.writeObject(make() as string, home, 'written')).sizeBytes, `data: ${name}`).toBe(3);
          const sent = await driver.uploadObjectViaStream(make() as string, home, 'sent');
          expect(sent.sizeBytes, `source: ${name}`).toBe(3);
        }
      },
    },
    {
      title: 'refuses what must be awaited, with its class and the way out, before anything is sent',
      kind: 'blocking',
      needs: 'streamUpload',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        const wrong = (field: string) => ({ code: 'invalid-argument', details: { field } }) as const;
        for (const [name, make] of Object.entries(awaited)) {
          const written = await failsUnsent(() => driver.writeObject(make() as string, home, 'object'), wrong('data'));
          expect(written.message, name).toContain('must be readable without awaiting in a blocking call, not a');
          await failsUnsent(() => driver.uploadObjectViaStream(make() as string, home, 'object'), wrong('source'));
        }
        const objects = awaited['async generator']?.() as [];
        await failsUnsent(() => driver.deleteObjects(objects), wrong('objects'));
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'refuses data that is no bytes, with its class and what to pass instead',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        for (const [value, className, way] of noBytes) {
          const write = () => driver.writeObject(value as string, home, 'object');
          const failure = await failsUnsent(write, { code: 'invalid-argument', details: { field: 'data' } });
          expect(failure.message).toMatch(new RegExp(`; not an? ${className}\\b`));
          expect(failure.message).toContain(way);
        }
        const pieces = () => driver.writeObject([1, 2] as unknown as string[], home, 'object');
        await failsUnsent(pieces, { code: 'invalid-argument', details: { field: 'data' } });
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
