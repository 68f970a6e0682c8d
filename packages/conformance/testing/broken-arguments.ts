/** Ways to break the checks of arguments, and the case that must notice each. */
import { type Blocking, CloudError, type ObjectReference, type StorageOperations } from '@isobar/core';

type Methods = Blocking<StorageOperations>;

/** What the driver does, the case that must notice, and how to make it do that. */
export const brokenArguments: readonly (readonly [
  string,
  suite: string,
  title: string,
  change: (right: Methods) => object,
])[] = [
  [
    'takes its last argument for options',
    'arguments',
    'does not take a reference for options, whatever its fields',
    (right) => ({
      readObject: (...args: Parameters<Methods['readObject']>) => {
        const { timeoutMs = 0 } = (args.at(-1) ?? {}) as { readonly timeoutMs?: unknown };
        if (typeof timeoutMs !== 'number')
          throw new CloudError('invalid-argument', 'timeoutMs', { field: 'timeoutMs' });
        return right.readObject(...args);
      },
    }),
  ],
  [
    'ignores the options of a call',
    'arguments',
    'checks options in their position, before anything is sent',
    (right) => ({ deleteObject: (object: ObjectReference) => right.deleteObject(object) }),
  ],
  [
    'takes an object for its container',
    'arguments',
    'refuses listContainerObjects(object) for its `container`, before anything is sent',
    (right) => ({ listContainerObjects: ({ name }: { name: string }) => right.listContainerObjects(name) }),
  ],
  [
    'does not describe what was given',
    'arguments',
    'refuses data that is no bytes, with its class and what to pass instead',
    (right) => ({
      writeObject: (...args: Parameters<Methods['writeObject']>) => {
        if (typeof args[0] === 'string' || args[0] instanceof Uint8Array) return right.writeObject(...args);
        throw new CloudError('invalid-argument', '`data` must be bytes, not an object', { field: 'data' });
      },
    }),
  ],
  [
    'takes only strings and arrays of bytes',
    'arguments',
    'takes bytes in every form that can be read without awaiting, as data and as a source',
    (right) => ({
      writeObject: (...args: Parameters<Methods['writeObject']>) => {
        if (typeof args[0] === 'string' || args[0] instanceof Uint8Array) return right.writeObject(...args);
        throw new CloudError('invalid-argument', '`data` must be bytes', { field: 'data' });
      },
    }),
  ],
  ['says that every object exists', 'reading', 'tells whether an object exists', () => ({ objectExists: () => true })],
  [
    'lists the folders of a folder after its objects',
    'reading',
    'lists a folder: its objects and folders in one order',
    (right) => ({
      iterateFolder: (...args: Parameters<Methods['iterateFolder']>) => {
        const entries = right.iterateFolder(...args).toArray();
        return [...entries.filter((entry) => !('prefix' in entry)), ...entries.filter((entry) => 'prefix' in entry)];
      },
    }),
  ],
  [
    'describes the stream of a range by the range',
    'reading',
    'describes the object of a stream, before and after its bytes are read',
    (right) => ({
      downloadObjectRangeAsStream: (...args: Parameters<Methods['downloadObjectRangeAsStream']>) => {
        const stream = right.downloadObjectRangeAsStream(...args);
        const object = () => ({ ...stream.object(), sizeBytes: 3 });
        return { object, [Symbol.iterator]: () => stream[Symbol.iterator]() };
      },
    }),
  ],
];
