/** What the in-memory driver does beyond moving bytes: copies, mass deletions, signed URLs, unfinished uploads. */
import { createHmac } from 'node:crypto';
import type { UrlAnswer, UrlRequest } from '@isobar/conformance';
import {
  type Blocking,
  CloudError,
  type CopyOptions,
  type MultipartUpload,
  type ObjectReference,
  type PresignOptions,
  type StorageObject,
  type StorageOperations,
  type UploadOptions,
} from '@isobar/core';
import { checkRange, containerNameOf, locationOf } from '@isobar/core/provider';
import type { Account, Stored } from './memory-storage.ts';

type Methods = Blocking<StorageOperations>;
type ServiceSide = Pick<
  Methods,
  | 'copyObject'
  | 'moveObject'
  | 'uploadObjects'
  | 'updateObjectMetadata'
  | 'deleteObjects'
  | 'presignObjectUrl'
  | 'iterateMultipartUploads'
  | 'abortMultipartUpload'
>;

/** The secret of the account. */
export const rightSecret = 'a-secret';
const origin = 'https://memory.example';
const unfinished = new WeakMap<Account, Map<string, MultipartUpload>>();

/** What these methods use of the driver. */
export interface MemoryTools {
  readonly account: Account;
  readonly secret: string;
  containerOf(container: string): { readonly objects: Map<string, Stored> };
  storedAt(object: ObjectReference): Stored;
  store(bytes: Uint8Array, container: string, name: string, options: UploadOptions): StorageObject;
  checkName(name: string): string;
  listing(page: () => { items: readonly MultipartUpload[] }): ReturnType<Methods['iterateMultipartUploads']>;
}

/** Uploads of an account that have not ended, by id. */
function unfinishedUploads(account: Account): Map<string, MultipartUpload> {
  const known = unfinished.get(account) ?? new Map<string, MultipartUpload>();
  unfinished.set(account, known);
  return known;
}

/** Makes the methods. */
export function serviceSideMethods(tools: MemoryTools): ServiceSide {
  const { account, containerOf, storedAt, store, checkName } = tools;
  const uploads = unfinishedUploads(account);
  const copy = (object: ObjectReference, container: string, name: string, changes: CopyOptions) => {
    const { bytes, object: source } = storedAt(object);
    const { contentType, metadata } = { ...source, ...changes };
    return store(bytes, container, name, { ...changes, ...(contentType && { contentType }), metadata });
  };
  return {
    copyObject: (object, container, name, options = {}) =>
      copy(object, containerNameOf(container), checkName(name), options),
    moveObject(object, container, name, options = {}) {
      const moved = copy(object, containerNameOf(container), checkName(name), options);
      const from = storedAt(object).object;
      containerOf(from.container).objects.delete(from.name);
      return moved;
    },
    uploadObjects: () => ({ uploaded: [], failed: [] }),
    updateObjectMetadata(object, changes) {
      const { container, name } = locationOf(object);
      return copy(object, container, name, changes);
    },
    deleteObjects(objects) {
      if (tools.secret !== rightSecret) throw new CloudError('unauthenticated', 'wrong secret');
      if (typeof objects !== 'object' || objects === null || !(Symbol.iterator in objects)) throw invalid('objects');
      const places = [...objects].map((object) => {
        const { container, name } = locationOf(object);
        return { container, name: checkName(name) };
      });
      for (const { container, name } of places) containerOf(container).objects.delete(name);
      return { deleted: places, failed: [] };
    },
    presignObjectUrl: (object, options) => presign(tools, object, options),
    iterateMultipartUploads: (container, { prefix = '' } = {}) =>
      tools.listing(() => {
        const home = containerNameOf(container);
        containerOf(home);
        const all = [...uploads.values()].filter((upload) => upload.container === home);
        const fitting = all.filter(({ name }) => name.startsWith(prefix));
        return { items: fitting.sort((one, other) => (one.name < other.name ? -1 : 1)) };
      }),
    abortMultipartUpload(upload) {
      const { container, name } = locationOf(upload);
      checkName(name);
      if (typeof upload.uploadId !== 'string' || upload.uploadId === '') throw invalid('uploadId');
      if (!uploads.delete(upload.uploadId)) throw new CloudError('not-found', `${container}: no upload`, { container });
    },
  };
}

function invalid(field: string): CloudError {
  return new CloudError('invalid-argument', `${field} is wrong`, { field });
}

function presign(tools: MemoryTools, object: ObjectReference, options: PresignOptions = {}): string {
  const { container, name } = locationOf(object);
  const { expiresInSeconds: seconds = 3600, method = 'GET' } = options;
  if (!/^[a-z0-9-]+$/.test(container)) throw invalid('container');
  if (!['GET', 'HEAD', 'PUT', 'DELETE'].includes(method)) throw invalid('method');
  if (typeof seconds !== 'number' || !(seconds <= 604_800)) throw invalid('expiresInSeconds');
  if (seconds < 1) throw invalid('expiresInSeconds');
  checkRange(0, seconds);
  const query = new URLSearchParams({ method, expires: String(seconds), date: String(Date.now()) });
  for (const field of ['contentType', 'responseContentType', 'responseContentDisposition'] as const) {
    const value: unknown = options[field];
    if (value === undefined) continue;
    if (typeof value !== 'string' || /[\r\n\0]/.test(value)) throw invalid(field);
    query.set(field, value);
  }
  const place = `/${container}/${encodeURIComponent(tools.checkName(name))}?${query}`;
  return `${origin}${place}&signature=${sign(place, tools.secret)}`;
}

function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

const noBytes: Uint8Array = new Uint8Array(0);
const answerOf = (status: number, body = noBytes, headers = {}): UrlAnswer => ({ status, headers, body });

/** Answers a request for a signed URL, as the service would. */
export function answerUrl(
  account: Account,
  driver: Pick<Methods, 'writeObject' | 'readObject' | 'getObject' | 'deleteObject'>,
  request: UrlRequest,
): UrlAnswer {
  const { method, url, headers = {}, body = noBytes } = request;
  const [, place = '', signature] = /^https:\/\/memory\.example(.*)&signature=([^&]*)$/.exec(url) ?? [];
  const [, container = '', encoded = '', text = ''] = /^\/([^/]*)\/([^?]*)\?(.*)$/.exec(place) ?? [];
  const query = new URLSearchParams(text);
  const isOver = Date.now() > Number(query.get('date')) + 1000 * Number(query.get('expires'));
  if (signature !== sign(place, rightSecret) || isOver || method !== query.get('method')) return answerOf(403);
  const wanted = query.get('contentType');
  if (wanted !== null && headers['content-type'] !== wanted) return answerOf(403);
  const object = { container, name: decodeURIComponent(encoded) };
  if (method === 'PUT') {
    driver.writeObject(body, container, object.name, wanted === null ? {} : { contentType: wanted });
    return answerOf(200);
  }
  if (!account.get(container)?.has(object.name)) return answerOf(404);
  if (method === 'DELETE') {
    driver.deleteObject(object);
    return answerOf(204);
  }
  const { contentType = '', sizeBytes } = driver.getObject(container, object.name);
  const disposition = query.get('responseContentDisposition');
  const overrides = {
    'content-type': query.get('responseContentType') ?? contentType,
    'content-length': String(sizeBytes),
    ...(disposition !== null && { 'content-disposition': disposition }),
  };
  return answerOf(200, method === 'HEAD' ? noBytes : driver.readObject(object), overrides);
}

const firstPartBytes = 8 * 1024 * 1024;

/** Counts what an upload's source has delivered. A long one is an unfinished upload until it succeeds or fails. */
export function watchUpload(account: Account, container: string, name: string) {
  const uploads = unfinishedUploads(account);
  const uploadId = crypto.randomUUID();
  let delivered = 0;
  return {
    /** Counts a piece. Throws when the upload was aborted. */
    add(piece: Uint8Array | string): void {
      const isLong = delivered >= firstPartBytes;
      if (isLong && !uploads.has(uploadId)) throw new CloudError('not-found', 'the upload was aborted');
      delivered += piece.length;
      if (isLong || delivered < firstPartBytes) return;
      uploads.set(uploadId, { container, name, uploadId, startedAt: new Date() });
    },
    end: () => void uploads.delete(uploadId),
  };
}

/** Reads an async source to its end, or until the call is aborted or times out. */
export async function readAsync(
  source: AsyncIterable<Uint8Array | string>,
  { signal, timeoutMs }: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  add: (piece: Uint8Array | string) => void,
): Promise<(Uint8Array | string)[]> {
  const pieces: (Uint8Array | string)[] = [];
  const iterator = source[Symbol.asyncIterator]();
  const ended = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new CloudError('aborted', 'aborted', {}, { cause: signal.reason })));
    if (timeoutMs !== undefined) setTimeout(() => reject(new CloudError('timeout', 'timeout')), timeoutMs).unref();
  });
  ended.catch(() => undefined);
  for (;;) {
    const next = await Promise.race([iterator.next(), ended]);
    if (next.done) return pieces;
    add(next.value);
    pieces.push(next.value);
  }
}
