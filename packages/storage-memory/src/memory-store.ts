/** What a memory provider holds: containers with objects and unfinished uploads, in the memory of this thread. */
import { type Checksums, CloudError, checksumOf, compareNames, type ObjectHeaders } from '@isobar/core/provider';

/** An object and its bytes, which never change: a write makes another entry. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly headers: ObjectHeaders;
  readonly checksums: Checksums;
  /** Differs from every other version in this store. */
  readonly version: string;
  readonly lastModified: Date;
}

/** An upload in parts that is neither complete nor aborted. */
export interface UnfinishedUpload {
  readonly name: string;
  readonly uploadId: string;
  readonly startedAt: Date;
  readonly parts: Map<number, Uint8Array>;
}

/** A container. */
export class MemoryContainer {
  readonly name: string;
  readonly createdAt: Date;
  readonly uploads: Map<string, UnfinishedUpload> = new Map();
  readonly #objects = new Map<string, StoredObject>();
  /** All names in byte order of UTF-8. Made when a listing needs it. */
  #sorted: readonly string[] | undefined;

  constructor(name: string, createdAt: Date) {
    this.name = name;
    this.createdAt = createdAt;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0;
  }

  /** @throws {CloudError} `not-found`. */
  get(name: string): StoredObject {
    const found = this.#objects.get(name);
    if (found) return found;
    const message = `object ${JSON.stringify(name)} in ${this.name}: Not found.`;
    throw new CloudError('not-found', message, { container: this.name, object: name });
  }

  find(name: string): StoredObject | undefined {
    return this.#objects.get(name);
  }

  set(name: string, object: StoredObject): void {
    if (!this.#objects.has(name)) this.#sorted = undefined;
    this.#objects.set(name, object);
  }

  delete(name: string): void {
    if (this.#objects.delete(name)) this.#sorted = undefined;
  }

  /** All names in byte order of UTF-8. */
  get names(): readonly string[] {
    this.#sorted ??= [...this.#objects.keys()].sort(compareNames);
    return this.#sorted;
  }
}

/** The containers of one account. */
export class MemoryStore {
  readonly containers: Map<string, MemoryContainer> = new Map();
  #count = 0;

  /** @throws {CloudError} `not-found`. */
  container(name: string): MemoryContainer {
    const found = this.containers.get(name);
    if (found) return found;
    throw new CloudError('not-found', `container ${name}: Not found.`, { container: name });
  }

  /** @throws {CloudError} `already-exists`. */
  create(name: string, nowMs: number): MemoryContainer {
    if (this.containers.has(name)) {
      throw new CloudError('already-exists', `container ${name}: the name is taken`, { container: name });
    }
    const container = new MemoryContainer(name, new Date(nowMs));
    this.containers.set(name, container);
    return container;
  }

  /** Stores bytes under a name. The bytes must not change afterwards. */
  store(container: string, name: string, bytes: Uint8Array, headers: ObjectHeaders, nowMs: number): StoredObject {
    const object: StoredObject = {
      bytes,
      headers,
      checksums: { crc32c: checksumOf('crc32c', bytes) },
      version: this.nextId(),
      lastModified: new Date(nowMs),
    };
    this.container(container).set(name, object);
    return object;
  }

  /** An id that nothing else in this store has. */
  nextId(): string {
    this.#count += 1;
    return String(this.#count);
  }
}

/** The stores of this thread that have a name. */
const named = new Map<string, MemoryStore>();

/** The store of a name, which all drivers of that name in this thread share; without a name a new one. */
export function storeNamed(name: string | undefined): MemoryStore {
  if (name === undefined) return new MemoryStore();
  const store = named.get(name) ?? new MemoryStore();
  named.set(name, store);
  return store;
}
