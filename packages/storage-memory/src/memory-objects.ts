/** Objects in memory: models of them, and how they are kept and read. */
import {
  type Body,
  type CheckedWrite,
  type Checksums,
  checkCondition,
  checksumOf,
  clock,
  type FileRange,
  type ObjectLocation,
  type Operation,
  type Pieces,
  type PutRequest,
  readRange,
  type StorageObject,
  type Stored,
} from '@isobar/core/provider';
import type { MemoryStore, StoredObject } from './memory-store.ts';

/** Bytes of a file that one step reads. */
const readBytes = 4 * 1024 * 1024;

/** An object of the memory provider. */
export interface MemoryObject extends StorageObject {
  readonly version: string;
  readonly extra: MemoryObjectExtra;
}

/** Headers of an object that the portable model does not have. */
export interface MemoryObjectExtra {
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
}

/** What is stored, as a model and its checksums. */
export function storedOf({ container, name }: ObjectLocation, stored: StoredObject): Stored<MemoryObject> {
  const { bytes, checksums, headers, lastModified, version } = stored;
  const { contentType, metadata = {}, ...extra } = headers;
  const object: MemoryObject = {
    container,
    name,
    sizeBytes: bytes.length,
    etag: `"${version}"`,
    version,
    lastModified: new Date(lastModified),
    checksums,
    ...(contentType !== undefined && { contentType }),
    metadata: { ...metadata },
    extra,
  };
  return { object, checksums };
}

/**
 * Keeps the bytes of a write if its condition holds. No step comes between the two, so no other call does.
 *
 * @throws {CloudError} `precondition-failed`.
 */
export function* keep(
  store: MemoryStore,
  write: CheckedWrite,
  bytes: () => Uint8Array,
): Operation<Stored<MemoryObject>> {
  const nowMs = yield* clock();
  const { condition, headers, lastModified, location } = write;
  checkCondition(location, condition, store.container(location.container).find(location.name)?.version);
  return storedOf(
    location,
    store.store(location.container, location.name, bytes(), headers, lastModified?.getTime() ?? nowMs),
  );
}

/** Checksums of the bytes as they arrived. */
export function sentOf(bytes: Uint8Array, { compute }: PutRequest): Checksums {
  return Object.fromEntries(compute.map((algorithm) => [algorithm, checksumOf(algorithm, bytes)]));
}

/** Bytes of one piece of a stream. */
const pieceBytes = 256 * 1024;

/** Gives bytes piece by piece. */
export function piecesOf(bytes: Uint8Array): Pieces {
  let at = 0;
  return {
    // biome-ignore lint/correctness/useYield: everything is here
    *next() {
      if (at >= bytes.length) return undefined;
      const piece = bytes.subarray(at, at + pieceBytes);
      at += piece.length;
      return piece;
    },
    // biome-ignore lint/correctness/useYield: everything is here
    *close() {
      at = bytes.length;
    },
  };
}

/** A copy of a body's bytes. Reports progress as a file is read. */
export function* bytesOf(body: Body, { onProgress }: PutRequest): Operation<Uint8Array> {
  if (body instanceof Uint8Array) return body.slice();
  const bytes = new Uint8Array(body.endBytes - body.startBytes);
  for (let at = 0; at < bytes.length; ) {
    const startBytes = body.startBytes + at;
    const range: FileRange = { ...body, startBytes, endBytes: Math.min(startBytes + readBytes, body.endBytes) };
    const read = yield* readRange(range);
    bytes.set(read, at);
    at += read.length;
    onProgress?.(at);
  }
  return bytes;
}
