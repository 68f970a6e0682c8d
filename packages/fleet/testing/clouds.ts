/** Two clouds in memory, and fleets between them. */
import type { AsyncStorageDriver } from '@isobar/core';
import { CloudError, type StorageOperations } from '@isobar/core/provider';
import { connect } from '@isobar/design-flag';
import { Fleet, type OpenQueue } from '@isobar/fleet';
import { memoryStorage } from '@isobar/storage-memory';

type Driver = AsyncStorageDriver & AsyncDisposable & { close(): Promise<void> };

/** Two clouds in memory: a source with objects, and a destination that has the plans too. */
export class Clouds implements AsyncDisposable {
  readonly source: Driver = connect(memoryStorage, { async: true });
  readonly target: Driver = connect(memoryStorage, { async: true });

  /** Sets them up. @param objects Their contents, by name. */
  static async with(objects: Readonly<Record<string, string>>): Promise<Clouds> {
    const clouds = new Clouds();
    await clouds.source.createContainer('source');
    await clouds.target.createContainer('target');
    for (const [name, content] of Object.entries(objects)) await clouds.source.writeObject(content, 'source', name);
    return clouds;
  }

  /** A fleet that copies the source into the folder `copy`. */
  fleet({ name = 'one', queue }: { readonly name?: string; readonly queue?: OpenQueue } = {}): Fleet {
    return new Fleet({
      plan: { driver: this.target, container: 'target', prefix: `plans/${name}` },
      from: { driver: this.source, container: 'source' },
      to: { driver: this.target, container: 'target', prefix: 'copy' },
      ...(queue && { queue }),
    });
  }

  /** What the folder `copy` has. */
  async copies(): Promise<Record<string, string>> {
    const copies: Record<string, string> = {};
    for (const object of await this.target.listContainerObjects('target', { prefix: 'copy/' })) {
      copies[object.name.slice('copy/'.length)] = await this.target.readText(object);
    }
    return copies;
  }

  /** Reads a file of a plan as lines of JSON. */
  async lines(name: string): Promise<Record<string, unknown>[]> {
    const text = await this.target.readText({ container: 'target', name: `plans/${name}` });
    return text
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.source[Symbol.asyncDispose]();
    await this.target[Symbol.asyncDispose]();
  }
}

/** Contents of many small objects, by name. */
export function manyObjects(count: number): Record<string, string> {
  const entries = Array.from({ length: count }, (_, index) => [
    `${String(index).padStart(5, '0')}.txt`,
    `content ${index}`,
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Memory with some operations changed. */
function changed(change: (operations: StorageOperations) => Partial<StorageOperations>): Driver {
  const provider = {
    ...memoryStorage,
    operations(...args: Parameters<typeof memoryStorage.operations>): StorageOperations {
      const operations = memoryStorage.operations(...args) as StorageOperations;
      return { ...operations, ...change(operations) };
    },
  };
  return connect(provider as typeof memoryStorage, { async: true });
}

/** Memory whose service ignores conditions, or refuses them. */
export function withoutConditions(how: 'ignores' | 'refuses'): Driver {
  return changed((operations) => ({
    *writeObject(data, container, name, { ifAbsent, ...options } = {}) {
      if (ifAbsent && how === 'refuses') throw new CloudError('unsupported', 'no conditions');
      return yield* operations.writeObject(data, container, name, options);
    },
  }));
}

/** Memory that lets nobody read. */
export function withoutRights(): Driver {
  return changed(() => ({
    downloadObjectAsStream() {
      throw new CloudError('permission-denied', 'you may not read this');
    },
  }));
}
