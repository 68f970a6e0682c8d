/** How a disk speaks: its plan, and the primitives of a storage service. */
import {
  CloudError,
  type Container,
  checkCondition,
  copy,
  type FileRange,
  fileChecksums,
  type GetRequest,
  type Got,
  isCloudError,
  type ObjectLocation,
  type Operation,
  type Pieces,
  parallel,
  plainWrite,
  type RetryPolicy,
  rangeOutside,
  readRange,
  removeFile,
  removeFolder,
  type StoragePlan,
  type StorageService,
  type VersionedLocation,
} from '@isobar/core/provider';
import { createContainer, deleteContainer, getContainer, inFolder, listContainers } from './containers.ts';
import { about, type FoundObject, findObject } from './finding.ts';
import { maxPageSize, pageOf } from './local-listing.ts';
import { type About, type LocalObject, missingObject, storedObject, versionOf } from './local-objects.ts';
import { containerName, objectName } from './names.ts';
import type { CheckedLocalFilesOptions } from './options.ts';
import { needsSidecar, readAbout, removeAbout, writeAbout } from './sidecars.ts';
import { streamsInto } from './streams.ts';
import { copyObject, putObject } from './writing.ts';

const MiB = 1024 * 1024;

const plan: StoragePlan = {
  // One step copies a file of any size.
  maxPutBytes: Number.MAX_SAFE_INTEGER,
  maxGetBytes: Number.MAX_SAFE_INTEGER,
  rangeBytes: 32 * MiB,
  concurrency: 4,
  verifies: ['crc32c'],
  pinsVersions: true,
  conditions: ['absent', 'version'],
  listOrder: 'bytes',
  maxPageSize,
  maxMetadataBytes: 8 * 1024,
  deletions: { batch: 1000, concurrency: 4, conditions: true },
};

/** Bytes of one piece of a stream. */
const pieceBytes = MiB;

interface Target extends VersionedLocation {
  readonly details: Parameters<StorageService['checkTarget']>[1];
}

/** The service over a folder. */
export function localService(
  { folder, fsync }: CheckedLocalFilesOptions,
  retry: RetryPolicy,
): StorageService<LocalObject, Container, Target> {
  const into = { folder, fsync };
  return {
    plan: () => plan,
    retry,
    containerName,
    objectName,
    checkTarget: (location, details) => ({ ...location, details }),
    checkWrite: plainWrite,
    headersOf: ({ contentType, extra, metadata }) => ({ contentType, metadata, ...extra }),

    listContainers: (options, cursor) => listContainers(folder, options, cursor),
    getContainer: (name) => getContainer(folder, name),
    *createContainer(name, { location }) {
      if (location !== undefined) {
        throw new CloudError('unsupported', '`location`: a folder has none', { field: 'location' });
      }
      return yield* createContainer(folder, name);
    },
    deleteContainer: (name) => deleteContainer(folder, name),

    *list(name, options, cursor) {
      yield* getContainer(folder, name);
      const page = yield* inFolder(pageOf({ name, path: `${folder}/${name}` }, options, cursor));
      if (!options.checksums) return page;
      const paths = page.items.map((item) => withChecksum(item, `${folder}/${name}/${item.name}`));
      return { ...page, items: yield* parallel(paths, plan.concurrency) };
    },
    *head(target) {
      const { containerPath, file } = yield* findObject(folder, target);
      return storedObject(target, file, yield* readAbout(containerPath, target.name, file));
    },
    *get(target, request) {
      return yield* getObject(target, yield* findObject(folder, target), request);
    },
    put: (write, body, request) => putObject(into, write, body, request),
    *remove(target) {
      const found = yield* findObject(folder, target);
      checkCondition(target, target.details.condition, versionOf(found.file));
      yield* removeObject(target, found);
    },
    *copy(source, write, replaces) {
      const found = yield* findObject(folder, source);
      const sidecar = yield* readAbout(found.containerPath, source.name, found.file);
      const { checksums } = sidecar;
      const headers = replaces ? write.headers : ownHeaders(storedObject(source, found.file, sidecar).object, sidecar);
      return (yield* copyObject(into, found, write, { checksums, headers })).object.version;
    },
    *describe(write) {
      const { condition, location } = write;
      const { containerPath, file } = yield* findObject(folder, location);
      checkCondition(location, condition, versionOf(file));
      const { checksums } = yield* readAbout(containerPath, location.name, file);
      const { headers } = write;
      if (needsSidecar(location.name, headers)) {
        yield* writeAbout(containerPath, location, file, { headers, checksums }, fsync);
      } else yield* removeAbout(containerPath, location.name, file);
      return versionOf(file);
    },
    ordered: streamsInto(into),
  };
}

/** The headers of an object, with the type that its name implies: that of a copy may imply another. */
function ownHeaders({ contentType }: LocalObject, { headers }: About): About['headers'] {
  return contentType === undefined ? headers : { ...headers, contentType };
}

function* getObject(location: Target, found: FoundObject, request: GetRequest): Operation<Got<LocalObject>> {
  const { containerPath, file, path } = found;
  const { onProgress, range, sink } = request;
  if (range && range.startBytes >= file.sizeBytes) throw rangeOutside(location);
  const sidecar = yield* readAbout(containerPath, location.name, file);
  const { kind: _, ...version } = file;
  const whole = { sizeBytes: file.sizeBytes, version: versionOf(file), checksums: sidecar.checksums };
  const startBytes = range?.startBytes ?? 0;
  const endBytes = Math.min(range?.endBytes ?? file.sizeBytes, file.sizeBytes);
  const wanted: FileRange = { path, startBytes, endBytes, version };
  const got = { whole, object: () => storedObject(location, file, sidecar).object };
  if (sink === 'pieces') return { ...got, pieces: piecesOf(location, wanted) };
  const sizeBytes = endBytes - startBytes;
  if (sink === 'memory') {
    const bytes = yield* reading(location, readRange(wanted));
    onProgress?.(sizeBytes);
    return { ...got, bytes };
  }
  const checksums = sizeBytes === 0 ? {} : yield* copy(wanted, sink.file, sink.startBytes, request.compute);
  onProgress?.(sizeBytes);
  return { ...got, passed: { sizeBytes, checksums } };
}

/** Runs the steps that read an object. A file that is gone has been deleted since it was found. */
function* reading<Result>(location: ObjectLocation, steps: Operation<Result>): Operation<Result> {
  try {
    return yield* about(location, steps);
  } catch (failure) {
    const isGone = isCloudError(failure, 'invalid-argument') && failure.details.reason === 'ENOENT';
    throw isGone ? missingObject(location, 'it was deleted while it was read') : failure;
  }
}

/** Reads a range piece by piece, all of one version. */
function piecesOf(location: ObjectLocation, range: FileRange): Pieces {
  let at = range.startBytes;
  return {
    *next() {
      if (at >= range.endBytes) return undefined;
      const endBytes = Math.min(at + pieceBytes, range.endBytes);
      const piece = yield* reading(location, readRange({ ...range, startBytes: at, endBytes }));
      at = endBytes;
      return piece;
    },
    // biome-ignore lint/correctness/useYield: nothing is open
    *close() {
      at = range.endBytes;
    },
  };
}

/** Reads a file for its checksum, which no listing of a disk has. One that changes meanwhile has none. */
function* withChecksum(object: LocalObject, path: string): Operation<LocalObject> {
  try {
    const checksums = yield* fileChecksums({ path, startBytes: 0, endBytes: object.sizeBytes }, ['crc32c']);
    return { ...object, checksums };
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    return object;
  }
}

/** Removes an object, and the folders that are empty without it. */
function* removeObject(location: ObjectLocation, { containerPath, file, path }: FoundObject): Operation<void> {
  yield* about(location, removeFile(path));
  yield* removeAbout(containerPath, location.name, file);
  const folders = location.name.split('/').slice(0, -1);
  try {
    for (; folders.length > 0; folders.pop()) yield* removeFolder([containerPath, ...folders].join('/'));
  } catch (failure) {
    // Another object is in it, or another call is about to put one there.
    if (!isCloudError(failure)) throw failure;
  }
}
