/** An in-memory storage driver that keeps the contract. The kit's own tests break it on purpose. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AnyStorage, Kind } from '@isobar/conformance';
import {
  type Blocking,
  CloudError,
  type CloudErrorCode,
  type Container,
  type ContainerReference,
  type DownloadFileOptions,
  type ListObjectsOptions,
  type ObjectReference,
  type StorageObject,
  type StorageOperations,
  type UploadOptions,
} from '@isobar/core';
import {
  bytesOf,
  checkRange,
  containerNameOf,
  describe,
  guessContentType,
  invalidArgument,
  locationOf,
  pathOf,
} from '@isobar/core/provider';
import { decodeStored, refuseDecoding } from './memory-decoding.ts';
import { folderDownloads } from './memory-folder.ts';
import { checkOptions, withCheckedOptions } from './memory-options.ts';
import { givesSequence, inKind } from './memory-sequences.ts';
import { readAsync, rightSecret, serviceSideMethods, watchUpload } from './memory-service-side.ts';

/** What the account holds: objects by name, by container. */
export type Account = Map<string, Map<string, Stored>>;

/** An object and its bytes. */
export interface Stored {
  readonly object: StorageObject;
  readonly bytes: Buffer;
  readonly encoding?: string | undefined;
}

type Methods = Blocking<StorageOperations>;

const providerId = 'memory-storage';
const capabilities = { delimiter: true, startAfter: true, userMetadata: true, copy: true, deleteMany: true };

/** Opens a driver of either kind over an account. */
export function openMemory(
  account: Account,
  kind: Kind,
  change: (methods: Methods) => object = () => ({}),
  secret: string = rightSecret,
): AnyStorage {
  const state = { closed: false };
  const right = withCheckedOptions(blockingMethods(account, secret));
  const methods = { ...right, ...change(right) } as Methods;
  const members = Object.entries(methods).map(([name, method]) => {
    const check = () => {
      if (state.closed) throw fail('session-closed', 'closed');
    };
    // A stack shows ten frames, and the program's must be among them, so the chain of calls is kept short.
    const located = (...args: unknown[]) =>
      locate(name, state.closed ? check : (method as (...args: unknown[]) => unknown), ...args);
    if (givesSequence(name)) {
      const checkPart = (args: readonly unknown[]) => () =>
        locate(name, () => {
          check();
          checkOptions(name, args);
        });
      const sequence = (...args: unknown[]) => inKind(located(...args) as Iterable<unknown>, kind, checkPart(args));
      return [name, sequence];
    }
    return [name, kind === 'async' ? async (...args: unknown[]) => await settled(name, located, args) : located];
  });
  const settled = (name: string, method: (...args: unknown[]) => unknown, args: unknown[]) =>
    name === 'uploadObjectViaStream' ? settle(account, method, args) : method(...args);
  const close = () => {
    state.closed = true;
  };
  const provider = { id: providerId, name: 'Memory', website: 'https://memory.example', capabilities };
  const end = kind === 'blocking' ? close : async () => close();
  const dispose = kind === 'blocking' ? Symbol.dispose : Symbol.asyncDispose;
  return Object.assign(Object.fromEntries(members), { provider, close: end, [dispose]: end }) as AnyStorage;
}

/** Reads an async source first; everything else is as in the blocking kind. */
async function settle(account: Account, method: (...args: unknown[]) => unknown, args: unknown[]): Promise<unknown> {
  const [source, container, name, options] = args;
  if (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source)) return method(...args);
  const upload = watchUpload(account, String(container), String(name));
  try {
    const limits = (options ?? {}) as { readonly signal?: AbortSignal; readonly timeoutMs?: number };
    const pieces = await readAsync(source as AsyncIterable<Uint8Array>, limits, upload.add);
    return method(pieces, ...args.slice(1));
  } catch (failure) {
    return locate('uploadObjectViaStream', () => {
      throw failure;
    });
  } finally {
    upload.end();
  }
}

function fail(code: CloudErrorCode, message: string, details: object = {}): CloudError {
  return new CloudError(code, message, details);
}

function locate<Args extends readonly unknown[], Result>(
  operation: string,
  run: (...args: Args) => Result,
  ...args: Args
): Result {
  try {
    return run(...args);
  } catch (failure) {
    if (!(failure instanceof CloudError) || failure.details.operation) throw failure;
    const status = failure.code === 'not-found' ? { status: 404 } : {};
    const details = { provider: providerId, operation, ...status, ...failure.details };
    const { cause } = failure;
    const located = new CloudError(failure.code, `${operation}: ${failure.message}`, details, { cause });
    if (failure.stack) located.stack = failure.stack;
    throw located;
  }
}

function blockingMethods(account: Account, secret: string): Methods {
  const containerOf = (reference: ContainerReference) => {
    const name = containerNameOf(reference);
    const objects = account.get(name);
    if (!objects) throw fail('not-found', `no container ${name}`, { container: name });
    return { name, objects };
  };
  const storedAt = (reference: ObjectReference) => {
    const { container, name } = locationOf(reference);
    const checked = checkName(name);
    const stored = containerOf(container).objects.get(checked);
    if (!stored) throw fail('not-found', `no object ${name} in ${container}`, { container, object: name });
    return stored;
  };
  const containerModel = (name: string): Container => ({ name, extra: {} });
  const byName = (names: Iterable<string>) => [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

  const store = (bytes: Uint8Array, container: ContainerReference, name: string, options: UploadOptions = {}) => {
    if (secret !== rightSecret) throw fail('unauthenticated', 'wrong secret');
    const { name: holder, objects } = containerOf(container);
    for (const field of ['contentType', 'contentEncoding', 'contentDisposition', 'contentLanguage', 'cacheControl']) {
      const value: unknown = Reflect.get(options, field);
      if (/[\r\n\0]/.test(String(value))) throw fail('invalid-argument', 'no header', { field });
    }
    const { storageClass = 'HOT' } = options;
    if (!['HOT', 'COLD'].includes(storageClass)) {
      throw fail('invalid-argument', 'no storage class', { field: 'storageClass' });
    }
    const object: StorageObject = {
      container: holder,
      name,
      sizeBytes: bytes.length,
      etag: `"${crypto.randomUUID()}"`,
      lastModified: new Date(),
      contentType: options.contentType ?? guessContentType(name),
      metadata: checkMetadata(options.metadata),
      extra: {},
    };
    objects.set(name, { object, bytes: Buffer.from(bytes), encoding: options.contentEncoding });
    options.onProgress?.({ transferredBytes: bytes.length, totalBytes: bytes.length });
    return object;
  };

  const readRange = (object: ObjectReference, startBytes: number, endBytes: number | undefined) => {
    const range = checkRange(startBytes, endBytes);
    const { bytes } = storedAt(object);
    if (range.startBytes >= bytes.length) {
      throw fail('invalid-argument', 'the range starts after the end', { object: object.name });
    }
    return Buffer.from(bytes.subarray(range.startBytes, range.endBytes));
  };

  const intoFile = (
    bytes: () => Buffer,
    objectName: string,
    destination: string,
    options: DownloadFileOptions = {},
  ) => {
    const path = destinationOf(destination, objectName, options.overwriteExisting === true);
    const content = bytes();
    options.onProgress?.({ transferredBytes: content.length, totalBytes: content.length });
    const old = options.overwriteExisting ? undefined : path;
    try {
      writeFileSync(path, content);
    } catch {
      if (old) rmSync(old, { force: true });
      throw fail('invalid-argument', 'cannot write there');
    }
    return { path, sizeBytes: content.length, verified: 'size' as const };
  };

  const listing = <Item>(pageOf: (cursor?: string) => { items: readonly Item[]; cursor?: string }) => {
    function* pages(from: { readonly cursor?: string } = {}) {
      let { cursor } = from;
      do {
        const page = pageOf(cursor);
        yield page;
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
    function* items() {
      for (const page of pages()) yield* page.items;
    }
    return { pages, toArray: () => [...items()], [Symbol.iterator]: items };
  };

  const objectPage = (container: ContainerReference, options: ListObjectsOptions, cursor: string | undefined) => {
    const { pageSize = 1000, prefix = '', delimiter, startAfter } = options;
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000) {
      throw fail('invalid-argument', 'page size', { field: 'pageSize' });
    }
    const { objects } = containerOf(container);
    const entries = new Map<string, StorageObject | undefined>();
    for (const name of byName(objects.keys())) {
      const end = delimiter && name.startsWith(prefix) ? name.indexOf(delimiter, prefix.length) : -1;
      const key = end < 0 || !delimiter ? name : name.slice(0, end + delimiter.length);
      if (!name.startsWith(prefix) || isUpTo(key, cursor) || isUpTo(name, startAfter)) continue;
      if (!entries.has(key)) entries.set(key, key === name ? objects.get(name)?.object : undefined);
    }
    const page = [...entries].slice(0, pageSize);
    const items = page.flatMap(([, object]) => object ?? []);
    const prefixes = page.flatMap(([key, object]) => (object ? [] : key));
    const last = page.at(-1)?.[0];
    return {
      items,
      ...(delimiter && { prefixes }),
      ...(entries.size > pageSize && last !== undefined && { cursor: last }),
    };
  };

  function* chunks(operation: string, bytes: () => Buffer, options: UploadOptions = {}) {
    const whole = locate(operation, bytes);
    for (let start = 0; start < whole.length; start += 65_536) yield whole.subarray(start, start + 65_536);
    options.onProgress?.({ transferredBytes: whole.length, totalBytes: whole.length });
  }

  const methods: Methods = {
    iterateContainers: (options = {}) =>
      listing(() => {
        if (secret !== rightSecret) throw fail('unauthenticated', 'wrong secret');
        const names = byName(account.keys()).filter((name) => name.startsWith(options.prefix ?? ''));
        return { items: names.map(containerModel) };
      }),
    listContainers: (options) => methods.iterateContainers(options).toArray(),
    iterateContainerObjects: (container, options = {}) =>
      listing((cursor) => locate('iterateContainerObjects', () => objectPage(container, options, cursor))),
    listContainerObjects: (container, options = {}) =>
      listing((cursor) => objectPage(container, options, cursor)).toArray(),
    getContainer: (container) => containerModel(containerOf(container).name),
    getObject: (container, name) => storedAt({ container: containerNameOf(container), name }).object,
    createContainer(container) {
      const name = containerNameOf(container);
      if (!/^[a-z0-9-]{3,63}$/.test(name)) throw fail('invalid-argument', 'no name for a container');
      if (account.has(name)) throw fail('already-exists', 'taken', { container: name });
      account.set(name, new Map());
      return containerModel(name);
    },
    deleteContainer(container) {
      const { name, objects } = containerOf(container);
      if (objects.size > 0) throw fail('not-empty', 'not empty', { container: name });
      account.delete(name);
    },
    uploadObject(path, container, name, options) {
      const content = readFile(path);
      return store(content, container, checkName(name), options);
    },
    uploadObjectViaStream(source, container, name, options) {
      checkName(name);
      const upload = watchUpload(account, containerOf(container).name, name);
      try {
        return store(drainSource(source, upload.add), container, name, options);
      } finally {
        upload.end();
      }
    },
    writeObject(data, container, name, options) {
      return store(bytesOf(data), containerNameOf(container), checkName(name), options);
    },
    downloadObject: (object, path, options) =>
      intoFile(() => decodeStored(storedAt(object), options), locationOf(object).name, path, options),
    downloadObjects: (objects, folderPath, options) => {
      if (secret !== rightSecret) throw fail('unauthenticated', 'wrong secret');
      return folderDownloads(methods.downloadObject)(objects, folderPath, options);
    },
    downloadObjectAsStream: (object, options = {}) => ({
      [Symbol.iterator]: () => chunks('downloadObjectAsStream', () => decodeStored(storedAt(object), options), options),
    }),
    downloadObjectRange: (object, path, startBytes, endBytes, options) => {
      checkRange(startBytes, endBytes);
      refuseDecoding(options);
      return intoFile(() => readRange(object, startBytes, endBytes), object.name, path, options);
    },
    downloadObjectRangeAsStream: (object, startBytes, endBytes, options = {}) => ({
      [Symbol.iterator]: () =>
        chunks(
          'downloadObjectRangeAsStream',
          () => {
            refuseDecoding(options);
            return readRange(object, startBytes, endBytes);
          },
          options,
        ),
    }),
    readObject(object, options = {}) {
      const bytes = decodeStored(storedAt(object), options);
      options.onProgress?.({ transferredBytes: bytes.length, totalBytes: bytes.length });
      return Buffer.from(bytes);
    },
    deleteObject(object) {
      const { container, name } = storedAt(object).object;
      containerOf(container).objects.delete(name);
    },
    ...serviceSideMethods({
      ...{ account, secret, containerOf, storedAt, store, checkName },
      listing: (page) => listing(() => locate('iterateMultipartUploads', page)),
    }),
  };
  return methods;
}

function isUpTo(name: string, limit: string | undefined): boolean {
  return limit !== undefined && Buffer.compare(Buffer.from(name), Buffer.from(limit)) <= 0;
}

function checkName(name: string): string {
  if (typeof name !== 'string' || name === '' || !name.isWellFormed()) {
    throw invalidArgument('objectName', `must be a name, not ${describe(name)}`);
  }
  return name;
}

function checkMetadata(metadata: Readonly<Record<string, string>> = {}): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [key, value] of Object.entries(metadata)) {
    const lower = key.toLowerCase();
    if (!/^[a-z0-9-]+$/.test(lower) || lower in checked || typeof value !== 'string' || /[\r\n\0]/.test(value)) {
      throw fail('invalid-argument', 'metadata');
    }
    checked[lower] = value;
  }
  return checked;
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(pathOf('filePath', path));
  } catch (failure) {
    if (failure instanceof CloudError) throw failure;
    throw fail('invalid-argument', 'no file', { field: 'filePath' });
  }
}

function drainSource(source: Iterable<Uint8Array | string>, add: (piece: Uint8Array | string) => void): Buffer {
  if (typeof source !== 'object' || source === null || !(Symbol.iterator in source)) {
    throw fail('invalid-argument', 'no source');
  }
  const pieces: Buffer[] = [];
  for (const piece of source) {
    if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) throw fail('invalid-argument', 'no bytes');
    add(piece);
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

function destinationOf(destination: string, objectName: string, overwrite: boolean): string {
  if (typeof destination !== 'string' || destination === '') throw fail('invalid-argument', 'no path');
  const kindOf = (path: string) => {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      return found && (found.isDirectory() ? 'folder' : 'file');
    } catch {
      throw fail('invalid-argument', 'no path');
    }
  };
  const last = objectName.slice(objectName.lastIndexOf('/') + 1);
  const isFolder = destination.endsWith('/');
  const folder = isFolder ? destination.slice(0, -1) : dirname(destination);
  const kind = kindOf(folder);
  if (kind !== 'folder') {
    const problem = kind ? 'is a file' : 'does not exist; create it first';
    throw fail('invalid-argument', `the folder ${folder} ${problem}`, { field: 'destinationPath' });
  }
  if (isFolder && /^\.{0,2}$|\\/.test(last)) throw fail('invalid-argument', 'no name for a file');
  const path = isFolder ? destination + last : destination;
  const present = kindOf(path);
  if (present === 'folder') throw fail('invalid-argument', 'a folder');
  if (present && !overwrite) throw fail('already-exists', 'a file is there');
  return path;
}
