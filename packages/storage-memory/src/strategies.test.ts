/** What core makes of a service that lacks primitives, or gives bytes in another form: memory, with parts of it taken away. */
import {
  type Container,
  checksumOf,
  defaultRetryPolicy,
  type GetRequest,
  type Got,
  type Operation,
  type StoragePlan,
  type StorageService,
  storageOperations,
} from '@isobar/core/provider';
import { forbidIo, ScriptedWorld } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MemoryObject } from './memory-objects.ts';
import { memoryService } from './memory-service.ts';
import { MemoryStore } from './memory-store.ts';

forbidIo({ beforeEach, afterEach });

type Service = StorageService<MemoryObject, Container>;

const all = {
  delimiter: true,
  startAfter: true,
  userMetadata: true,
  ranges: true,
  streamUpload: true,
  copy: true,
  deleteMany: true,
  multipartUploads: true,
} as const;

/** Operations over a service that is memory's with some changes, in a container `box`. */
function over(change: (right: Service) => Partial<Service> = () => ({}), capabilities: object = all) {
  const store = new MemoryStore();
  store.create('box', 0);
  const right: Service = memoryService(store, defaultRetryPolicy);
  const calls: string[] = [];
  const service = Object.fromEntries(
    Object.entries({ ...right, ...change(right) }).map(([name, member]) => [
      name,
      typeof member === 'function'
        ? (...args: never[]) => {
            calls.push(name);
            return (member as (...args: never[]) => unknown)(...args);
          }
        : member,
    ]),
  ) as unknown as Service;
  return { storage: storageOperations(service, capabilities), world: new ScriptedWorld(), store, calls };
}

const planned = (right: Service, change: Partial<StoragePlan>): Partial<Service> => ({
  plan: (container) => ({ ...right.plan(container), ...change }),
});

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const at = (name: string) => ({ container: 'box', name });
/** Compares at the speed of memory; a matcher takes seconds. */
const isWhole = (found: Uint8Array | undefined) => found !== undefined && Buffer.compare(found, bytes) === 0;
const bytes = Uint8Array.from({ length: 20 * 1024 * 1024 }, (_, index) => (index * 7) % 251);

describe('a service without `copy` and `describe`', () => {
  const bare = (right: Service) => ({ ...right, copy: undefined, describe: undefined }) as unknown as Partial<Service>;
  test('copies through this process, with type and metadata', () => {
    const { storage, world } = over(bare);
    world.run(storage.writeObject('x', 'box', 'a', { contentType: 'text/x-own', metadata: { k: 'v' } }));
    const copy = world.run(storage.copyObject(at('a'), 'box', 'b', { cacheControl: 'no-cache' }));
    expect(copy).toMatchObject({
      contentType: 'text/x-own',
      metadata: { k: 'v' },
      extra: { cacheControl: 'no-cache' },
    });
    expect(text(world.run(storage.readObject(at('b'))))).toBe('x');
  });
  test('copies a large object in parts', () => {
    const { calls, storage, store, world } = over(bare);
    store.store('box', 'a', bytes, {}, 0);
    world.run(storage.copyObject(at('a'), 'box', 'b'));
    expect(isWhole(world.run(storage.readObject(at('b'))))).toBe(true);
    expect(calls).not.toContain('put');
  });
  test('refuses a change of metadata before it looks for the object', () => {
    const { calls, storage, world } = over(bare, { ...all, copy: false });
    const failure = world.failureOf(storage.updateObjectMetadata(at('none'), { contentType: 'a/b' }));
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('`copy`') });
    expect(calls).not.toContain('head');
  });
});

test('a service that copies but does not describe is changed by a copy of the object onto itself', () => {
  const { calls, storage, world } = over((right) => ({ ...right, describe: undefined }) as unknown as Partial<Service>);
  world.run(storage.writeObject('x', 'box', 'a', { metadata: { k: 'v' } }));
  const changed = world.run(storage.updateObjectMetadata(at('a'), { contentType: 'a/b' }));
  expect(changed).toMatchObject({ contentType: 'a/b', metadata: { k: 'v' } });
  expect(calls).toContain('copy');
});

describe('a service without `removeMany`', () => {
  test.each([
    ['at all', (right: Service) => ({ ...right, removeMany: undefined }) as unknown as Partial<Service>],
    ['for these objects', () => ({ removeMany: () => undefined })],
    [
      'after all, as it reports',
      () => ({
        // biome-ignore lint/correctness/useYield: it always throws
        *removeMany(): Operation<never> {
          throw Object.assign(new Error('no such request'), { name: 'CloudError', code: 'unsupported', details: {} });
        },
      }),
    ],
  ])('%s deletes one by one, and a missing object counts as deleted', (_, change) => {
    const { calls, storage, world } = over(change);
    world.run(storage.writeObject('x', 'box', 'a'));
    const result = world.run(storage.deleteObjects([at('a'), at('none'), { container: 'other', name: 'a' }]));
    expect(result.deleted).toEqual([at('a'), at('none')]);
    expect(result.failed).toMatchObject([{ container: 'other', error: { code: 'not-found' } }]);
    expect(calls.filter((name) => name === 'remove')).toHaveLength(3);
  });
});

describe('a service without parts', () => {
  const whole = (right: Service) =>
    ({ ...right, parts: undefined, ...planned(right, { maxPutBytes: 100 }) }) as unknown as Partial<Service>;
  test('refuses a file that is too large for one request, and stores nothing', () => {
    const { storage, store, world } = over(whole);
    world.disk.files.set('/file', new Uint8Array(101));
    const failure = world.failureOf(storage.uploadObject('/file', 'box', 'a'));
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('100 bytes') });
    expect(store.container('box').isEmpty).toBe(true);
  });
  test('refuses to list unfinished uploads by the name of the capability', () => {
    const { storage, world } = over(whole, { ...all, multipartUploads: false });
    const failure = world.failureOf(storage.iterateMultipartUploads('box').page());
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('`multipartUploads`') });
  });
});

describe('equal parts', () => {
  const size = 5 * 1024 * 1024;
  const equal = (right: Service) =>
    planned(right, {
      parts: { maxCount: 4, maxBytes: 16 * size, fileBytes: size, streamBytes: size, equal: true, conditions: true },
    });
  test('hold a stream of their number', () => {
    const { storage, world } = over(equal);
    expect(world.run(storage.uploadObjectViaStream([bytes], 'box', 'a')).sizeBytes).toBe(bytes.length);
  });
  test('refuse one byte more, and leave no upload behind', () => {
    const { storage, world } = over(equal);
    const failure = world.failureOf(storage.uploadObjectViaStream([bytes, Uint8Array.of(1)], 'box', 'a'));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'source' } });
    expect(world.run(storage.iterateMultipartUploads('box').page()).items).toEqual([]);
  });
  test('are larger for a stream that is expected to be longer', () => {
    const { storage, world } = over(equal);
    const options = { expectedSizeBytes: bytes.length + 1 };
    const { sizeBytes } = world.run(storage.uploadObjectViaStream([bytes, Uint8Array.of(1)], 'box', 'a', options));
    expect(sizeBytes).toBe(bytes.length + 1);
  });
  test('refuse a stream that is expected to be longer than the service can take, before anything is sent', () => {
    const { storage, world } = over(equal);
    const options = { expectedSizeBytes: 4 * 16 * size + 1 };
    expect(world.failureOf(storage.uploadObjectViaStream([bytes], 'box', 'a', options))).toMatchObject({
      code: 'invalid-argument',
      details: { field: 'expectedSizeBytes' },
    });
  });
});

describe('a checksum that cannot be combined', () => {
  const md5 = (right: Service): Partial<Service> => ({
    ...planned(right, { checksum: { algorithm: 'md5', when: 'before' }, verifies: ['md5'] }),
    *head(target) {
      const stored = yield* right.head(target);
      const found = (yield* right.get(target, { ...wholeGet, sink: 'memory' })).bytes as Uint8Array;
      return { ...stored, checksums: { md5: checksumOf('md5', found) } };
    },
  });
  const wholeGet: Omit<GetRequest, 'sink'> = { compute: [], decode: false };
  test('verifies a stream in parts', () => {
    const { storage, world } = over(md5);
    expect(world.run(storage.uploadObjectViaStream([bytes], 'box', 'a')).sizeBytes).toBe(bytes.length);
  });
  test('finds a stream that was stored wrong', () => {
    const { storage, world } = over((right) => ({
      ...md5(right),
      *head(target) {
        return { ...(yield* right.head(target)), checksums: { md5: 'AAAAAAAAAAAAAAAAAAAAAA==' } };
      },
    }));
    const failure = world.failureOf(storage.uploadObjectViaStream([bytes], 'box', 'a'));
    expect(failure).toMatchObject({ code: 'integrity', details: { object: 'a' } });
  });
});

describe('a download', () => {
  type MemoryGot = Got<MemoryObject>;
  const gives =
    (form: (got: MemoryGot, request: GetRequest) => MemoryGot) =>
    (right: Service): Partial<Service> => ({
      *get(target, request) {
        return form(yield* right.get(target, { ...request, sink: 'memory' }), request);
      },
    });
  test.each<[string, (got: MemoryGot) => MemoryGot]>([
    ['bytes', (got) => got],
    ['pieces', ({ bytes: found, ...got }) => ({ ...got, pieces: piecesOf(found as Uint8Array) })],
  ])('is put together from %s, whatever was asked for', (_, form) => {
    const { storage, store, world } = over(gives(form));
    store.store('box', 'a', bytes, {}, 0);
    expect(isWhole(world.run(storage.readObject(at('a'))))).toBe(true);
    expect(world.run(storage.downloadObject(at('a'), '/out'))).toMatchObject({ verified: 'crc32c' });
    expect(isWhole(world.disk.files.get('/out'))).toBe(true);
  });
  test.each<[string, (got: MemoryGot) => MemoryGot]>([
    ['another byte', ({ bytes: found, ...got }) => ({ ...got, bytes: changed(found as Uint8Array) })],
    ['a byte less', ({ bytes: found, ...got }) => ({ ...got, bytes: (found as Uint8Array).subarray(1) })],
  ])('with %s is refused, and leaves no file', (_, form) => {
    const { storage, store, world } = over(gives(form));
    store.store('box', 'a', bytes, {}, 0);
    expect(world.failureOf(storage.downloadObject(at('a'), '/out'))).toHaveProperty('code', 'integrity');
    expect([world.disk.files.has('/out'), world.disk.staged.size]).toEqual([false, 0]);
  });
  test('of a large object whose versions cannot be pinned is one request', () => {
    const { calls, storage, store, world } = over((right) =>
      planned(right, { pinsVersions: false, maxGetBytes: 10, rangeBytes: 8 * 1024 * 1024 }),
    );
    store.store('box', 'a', bytes, {}, 0);
    const model = world.run(storage.getObject('box', 'a'));
    world.run(storage.downloadObject(model, '/out'));
    expect(isWhole(world.disk.files.get('/out'))).toBe(true);
    expect(calls.filter((name) => name === 'get').length).toBeLessThanOrEqual(2);
  });
});

function* nextOf(pieces: Uint8Array[]): Operation<Uint8Array | undefined> {
  yield* [];
  return pieces.shift();
}

function piecesOf(found: Uint8Array): NonNullable<Got['pieces']> {
  const pieces = [found.subarray(0, 1_000_003), found.subarray(1_000_003)];
  return {
    next: () => nextOf(pieces),
    *close() {
      yield* [];
    },
  };
}

function changed(found: Uint8Array): Uint8Array {
  const copy = found.slice();
  copy[17] = (copy[17] ?? 0) ^ 1;
  return copy;
}

describe('a condition that the service does not have', () => {
  const none = (right: Service) => planned(right, { conditions: [] });
  test.each([
    ['ifAbsent', { ifAbsent: true } as const],
    ['ifVersion', { ifVersion: '1' }],
  ])('%s is refused before anything is sent', (field, options) => {
    const { calls, storage, world } = over(none);
    const failure = world.failureOf(storage.writeObject('x', 'box', 'a', options));
    expect(failure).toMatchObject({ code: 'unsupported', details: { field } });
    expect(calls).not.toContain('put');
  });
  test('is not needed by a move, which then deletes the live version', () => {
    const { storage, store, world } = over(none);
    world.run(storage.writeObject('x', 'box', 'a'));
    world.run(storage.moveObject(at('a'), 'box', 'b'));
    expect(store.container('box').names).toEqual(['b']);
  });
});

test('a move keeps an object that another writer stored meanwhile', () => {
  const { storage, store, world } = over((right) => ({
    *remove(target) {
      store.store('box', 'a', Uint8Array.of(1), {}, 0);
      yield* right.remove(target);
    },
  }));
  world.run(storage.writeObject('x', 'box', 'a'));
  expect(world.failureOf(storage.moveObject(at('a'), 'box', 'b'))).toHaveProperty('code', 'precondition-failed');
  expect(store.container('box').names).toEqual(['a', 'b']);
});

describe.each(['delimiter', 'startAfter', 'versions'] as const)('a listing without the capability `%s`', (name) => {
  test('refuses the option by its name', () => {
    const { storage, world } = over(undefined, { ...all, [name]: false });
    const options = { [name]: name === 'versions' ? true : '/' };
    const failure = world.failureOf(storage.iterateContainerObjects('box', options).page());
    expect(failure).toMatchObject({ code: 'unsupported', details: { field: name } });
  });
});
