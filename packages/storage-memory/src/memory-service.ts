/** How memory speaks: the primitives of a storage service over a {@link MemoryStore}. */
import {
  CloudError,
  type Container,
  type ContainerReference,
  checkCondition,
  clock,
  containerNameOf,
  describe,
  type GetRequest,
  type Got,
  immediate,
  integrityFailure,
  invalidArgument,
  nodeZlib,
  type ObjectLocation,
  plainWrite,
  type RetryPolicy,
  rangeOutside,
  type StoragePlan,
  type StorageService,
  type VersionedLocation,
} from '@isobar/core/provider';
import { maxPageSize, pageOf } from './memory-listing.ts';
import { bytesOf, keep, type MemoryObject, piecesOf, sentOf, storedOf } from './memory-objects.ts';
import { partsOf } from './memory-parts.ts';
import type { MemoryContainer, MemoryStore, StoredObject } from './memory-store.ts';

/** Sizes are those of real clouds, so that a program meets the same strategies here as there. */
const plan: StoragePlan = {
  maxPutBytes: 64 * 1024 * 1024,
  maxGetBytes: 64 * 1024 * 1024,
  rangeBytes: 32 * 1024 * 1024,
  concurrency: 4,
  parts: {
    maxCount: 10_000,
    maxBytes: 1024 * 1024 * 1024,
    fileBytes: 32 * 1024 * 1024,
    streamBytes: 8 * 1024 * 1024,
    equal: false,
    conditions: true,
  },
  checksum: { algorithm: 'crc32c', when: 'during' },
  verifies: ['crc32c'],
  pinsVersions: true,
  conditions: ['absent', 'version'],
  listOrder: 'bytes',
  maxPageSize,
  maxMetadataBytes: 8 * 1024,
  deletions: { batch: 1000, concurrency: 1, conditions: true },
};

/** Maximum length of names, in bytes of UTF-8, as most clouds have it. */
const maxNameBytes = 1024;
interface Target extends VersionedLocation {
  readonly details: Parameters<StorageService['checkTarget']>[1];
}

/** The service over a store. */
export function memoryService(store: MemoryStore, retry: RetryPolicy): StorageService<MemoryObject, Container, Target> {
  return {
    plan: () => plan,
    retry,
    containerName,
    objectName,
    checkTarget: (location, details) => ({ ...location, details }),
    checkWrite: plainWrite,
    headersOf: ({ contentType, extra, metadata }) => ({ contentType, metadata, ...extra }),

    *listContainers({ prefix = '' }) {
      const names = [...store.containers.keys()].filter((name) => name.startsWith(prefix)).sort();
      return { items: names.map((name) => containerModel(store.container(name))) };
    },
    // biome-ignore lint/correctness/useYield: everything is here
    *getContainer(name) {
      return containerModel(store.container(name));
    },
    *createContainer(name, { location }) {
      if (location !== undefined)
        throw new CloudError('unsupported', '`location`: memory has none', { field: 'location' });
      const nowMs = yield* clock();
      return containerModel(store.create(name, nowMs));
    },
    // biome-ignore lint/correctness/useYield: everything is here
    *deleteContainer(name) {
      if (!store.container(name).isEmpty) {
        throw new CloudError('not-empty', `container ${name}: it still holds objects`, { container: name });
      }
      store.containers.delete(name);
    },

    // biome-ignore lint/correctness/useYield: everything is here
    *list(container, options, cursor) {
      return pageOf(store.container(container), options, cursor);
    },
    // biome-ignore lint/correctness/useYield: everything is here
    *head(target) {
      return storedOf(target, find(store, target));
    },
    *get(target, request) {
      const found = find(store, target);
      return { ...got(found, target, request), object: () => storedOf(target, found).object };
    },
    *put(write, body, request) {
      const bytes = yield* bytesOf(body, request);
      return { ...(yield* keep(store, write, () => bytes)), sent: sentOf(bytes, request) };
    },
    // biome-ignore lint/correctness/useYield: everything is here
    *remove(target) {
      checkCondition(target, target.details.condition, find(store, target).version);
      store.container(target.container).delete(target.name);
    },
    // biome-ignore lint/correctness/useYield: everything is here
    *removeMany(container, targets) {
      const from = store.container(container);
      for (const { name } of targets) from.delete(name);
      return [];
    },
    *copy(source, write, replaces) {
      const { bytes, headers } = find(store, source as Target);
      const copy = { ...write, headers: replaces ? write.headers : headers };
      return (yield* keep(store, copy, () => bytes)).object.version;
    },
    *describe(write) {
      return (yield* keep(store, write, () => find(store, write.location).bytes)).object.version;
    },
    parts: partsOf(store),
  };
}

function containerName(container: ContainerReference, field = 'container'): string {
  const name = containerNameOf(container, field);
  if (/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name)) return name;
  const rule = 'must be 3–63 characters a–z, 0–9, dash, underscore or dot, and start and end with a letter or digit';
  throw invalidArgument(field, `${rule}; not ${describe(name)}`);
}

const encoder = new TextEncoder();

function objectName(name: string, field = 'objectName'): string {
  if (typeof name !== 'string') throw invalidArgument(field, `must be a string, not ${describe(name)}`);
  const bytes = encoder.encode(name).length;
  const problem =
    (!name.isWellFormed() && 'must be well-formed Unicode, without lone surrogates') ||
    (bytes === 0 && 'must not be empty') ||
    (bytes > maxNameBytes && `must be at most ${maxNameBytes} bytes of UTF-8, not ${bytes}`);
  if (problem) throw invalidArgument(field, problem);
  return name;
}

/** @throws {CloudError} `integrity` when the bytes are not gzip. */
function gunzip(bytes: Uint8Array, location: ObjectLocation): Uint8Array {
  try {
    return new Uint8Array(nodeZlib().gunzipSync(bytes));
  } catch (failure) {
    throw integrityFailure(location, `the stored bytes are not valid gzip: ${(failure as Error).message}`);
  }
}

/** @throws {CloudError} `not-found`, also for a version that has been replaced: memory keeps only the live one. */
function find(store: MemoryStore, { container, name, version }: VersionedLocation): StoredObject {
  const found = store.container(container).get(name);
  if (version === undefined || version === found.version) return found;
  const message = `object ${JSON.stringify(name)} in ${container}: version ${version} has been replaced`;
  throw new CloudError('not-found', message, { container, object: name });
}

function containerModel({ createdAt, name }: MemoryContainer): Container {
  return { name, createdAt: new Date(createdAt), extra: {} };
}

function got(
  { bytes, checksums, headers, version }: StoredObject,
  target: ObjectLocation,
  request: GetRequest,
): Omit<Got, 'object'> {
  const { decode, onProgress, range } = request;
  const whole = { sizeBytes: bytes.length, version, checksums };
  if (range && range.startBytes >= bytes.length) throw rangeOutside(target);
  if (decode && headers.contentEncoding === 'gzip') {
    const decoded = gunzip(bytes, target);
    const encoded = { sizeBytes: bytes.length, checksums, decodedBytes: decoded.length };
    if (request.sink !== 'memory') return { whole, pieces: { ...piecesOf(decoded), passed: () => immediate(encoded) } };
    onProgress?.(bytes.length);
    return { whole, bytes: decoded, passed: encoded };
  }
  // A copy: nothing that a caller does to its bytes changes what is stored.
  const wanted = bytes.slice(range?.startBytes, range?.endBytes);
  if (request.sink !== 'memory') return { whole, pieces: piecesOf(wanted) };
  onProgress?.(wanted.length);
  return { whole, bytes: wanted };
}
