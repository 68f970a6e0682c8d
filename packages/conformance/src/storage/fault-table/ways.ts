/** Ways to move bytes, as calls that the fault table makes with and without a fault. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectReference } from '@isobar/core';
import { expect } from 'vitest';
import { collect, LONG_BYTES, MIB, pattern, pieces } from '../../bytes.ts';
import type { AnyStorage } from '../../driver.ts';
import { filesIn } from '../../kit.ts';
import type { StorageKit } from '../storage-kit.ts';
import type { Way } from './fault-row.ts';

/** The size of the objects that are downloaded. */
export const sizeBytes: number = 256 * 1024;

const same = (received: Uint8Array, sent: Uint8Array): boolean => Buffer.compare(received, sent) === 0;

async function stored(kit: StorageKit): Promise<{ container: string; name: string }> {
  const container = await kit.container();
  await kit.driver.writeObject(pattern(sizeBytes), container, 'object');
  return { container, name: 'object' };
}

function reading(title: string, read: (driver: AnyStorage, object: ObjectReference) => Promise<Uint8Array>): Way {
  return {
    title,
    async prepare(kit) {
      const object = await stored(kit);
      return {
        async run(driver) {
          const received = await read(driver, object);
          return () => same(received, pattern(sizeBytes));
        },
      };
    },
  };
}

/** A download into memory. */
export const intoMemory: Way = reading('into memory', async (driver, object) => await driver.readObject(object));

/** A download piece by piece. */
export const asStream: Way = reading('as a stream', (driver, object) => collect(driver.downloadObjectAsStream(object)));

/** A download into a file. A failed one leaves nothing behind. */
export const intoFile: Way = {
  title: 'into a file',
  async prepare(kit) {
    const [object, folder] = [await stored(kit), await kit.folder()];
    const files: string[] = [];
    return {
      async run(driver) {
        const name = `file-${files.length}`;
        await driver.downloadObject(object, join(folder, name));
        files.push(name);
        return async () => same(await readFile(join(folder, name)), pattern(sizeBytes));
      },
      expectNothingLeft: async () => expect(await filesIn(folder)).toEqual(files),
    };
  },
};

/** All ways to download an object. */
export const downloads: readonly Way[] = [intoMemory, asStream, intoFile];

/** A download of a part of an object. */
export const range: Way = {
  title: 'of a range',
  async prepare(kit) {
    const object = await stored(kit);
    return {
      async run(driver) {
        const received = await collect(driver.downloadObjectRangeAsStream(object, 1000, 3000));
        return () => same(received, pattern(sizeBytes).subarray(1000, 3000));
      },
    };
  },
};

type Write = (driver: AnyStorage, container: string, name: string, kit: StorageKit) => Promise<unknown>;

function writing(title: string, bytes: Uint8Array, write: Write): Way {
  return {
    title,
    async prepare(kit) {
      const container = await kit.container();
      const written: string[] = [];
      return {
        async run(driver) {
          const name = `object-${written.length}`;
          await write(driver, container, name, kit);
          written.push(name);
          return async () => {
            const listed = await kit.driver.listContainerObjects(container);
            expect(listed.map((object) => object.name)).toEqual(written);
            return same(await kit.driver.readObject({ container, name }), bytes);
          };
        },
        async expectNothingLeft() {
          const listed = await kit.driver.listContainerObjects(container);
          expect(listed.map((object) => object.name)).toEqual(written);
        },
      };
    },
  };
}

const small = pattern(64 * 1024);
/** More than sockets buffer. */
const large = pattern(12 * MIB);
const long = pattern(LONG_BYTES);

/** An upload of bytes in memory. */
export const fromMemory: Way = writing('from memory', small, async (driver, container, name) =>
  driver.writeObject(small, container, name),
);

/** An upload of bytes that do not fit into the buffers of a connection. */
export const largeFromMemory: Way = writing('of 12 MiB', large, async (driver, container, name) =>
  driver.writeObject(large, container, name),
);

/** An upload of a file. */
export const fromFile: Way = writing('from a file', small, async (driver, container, name, kit) => {
  const path = join(await kit.folder(), 'file');
  await writeFile(path, small);
  return await driver.uploadObject(path, container, name);
});

/** An upload of a source that fits into one request. */
export const fromShortSource: Way = writing('from a short source', small, async (driver, container, name) =>
  driver.uploadObjectViaStream(pieces(small, 10_000), container, name),
);

/** An upload of a source that takes several requests. */
export const fromLongSource: Way = writing('from a source of 9 MiB', long, async (driver, container, name) =>
  driver.uploadObjectViaStream(pieces(long, 256 * 1024), container, name),
);

/** A listing of five objects in pages of two. */
export const listing: Way = {
  title: 'in pages',
  async prepare(kit) {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const container = await kit.containerWith(names);
    return {
      async run(driver) {
        const objects = await driver.iterateContainerObjects(container, { pageSize: 2 }).toArray();
        return () => objects.map(({ name }) => name).join() === names.join();
      },
    };
  },
};

/** Removing an object, a new one each time. */
export const removing: Way = {
  title: 'removing',
  async prepare(kit) {
    const container = await kit.containerWith(['object']);
    return {
      async run(driver) {
        await driver.deleteObject({ container, name: 'object' });
        return async () => {
          const left = await kit.driver.listContainerObjects(container);
          await kit.driver.writeObject('object', container, 'object');
          return left.length === 0;
        };
      },
    };
  },
};

/** A copy within the service: to a new name each time. */
export const copying: Way = {
  title: 'copying',
  async prepare(kit) {
    const source = await stored(kit);
    let copies = 0;
    return {
      async run(driver) {
        const copy = `copy-${copies}`;
        copies += 1;
        await driver.copyObject(source, source.container, copy);
        return async () => {
          const names = (await kit.driver.listContainerObjects(source.container)).map(({ name }) => name);
          if (!names.includes(copy)) return false;
          return same(await kit.driver.readObject({ container: source.container, name: copy }), pattern(sizeBytes));
        };
      },
    };
  },
};

/** A new container each time. */
export const creatingContainers: Way = {
  title: 'creating a container',
  async prepare(kit) {
    return {
      async run(driver) {
        const name = kit.newName();
        await driver.createContainer(name);
        return async () => (await kit.driver.getContainer(name)).name === name;
      },
    };
  },
};
