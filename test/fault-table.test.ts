/**
 * The fault table can fail: each row notices a driver that is broken on purpose, and that works except under the row's
 * fault. The rows themselves run with the kit, in both kinds.
 */
import { writeFile } from 'node:fs/promises';
import { type AnyStorage, faultRows, makeStorageKit, requestUrl, testServerAt } from '@isobar/conformance';
import { CloudError, type CloudErrorCode, isCloudError, type ObjectReference } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll, describe, expect, test } from 'vitest';
import { takeAll, takeUntilClosed } from './naive-client.ts';

const emulator = await startEmulator({ storagePort: 0, computePort: 0 });
afterAll(() => emulator.close());

type Options = Readonly<Record<string, unknown>>;

/** A way to break a driver: changed options or methods. */
interface Break {
  readonly options?: (asked: Options) => Options;
  readonly methods?: (right: AnyStorage) => Partial<Record<keyof AnyStorage, unknown>>;
}

function openDriver(options: Options): AnyStorage {
  const { accessKey: key, secret, storage: endpoint } = emulator;
  return connect(googleStorage, { key, secret, endpoint, ...options, async: true }) as unknown as AnyStorage;
}

function openBroken({ options = (asked) => asked, methods }: Break, asked: Options): AnyStorage {
  const right = openDriver(options(asked));
  return { ...right, ...methods?.(right) } as AnyStorage;
}

/** A row's verdict on a broken driver: an outcome, or the failure of one of its checks. */
async function verdictOf(fault: string, broken: Break): Promise<unknown> {
  const row = faultRows.find((known) => known.fault === fault) ?? expect.fail(`no row "${fault}"`);
  const driver = openDriver({});
  const { kit, tidy } = makeStorageKit({
    provider: 'google-storage',
    kind: 'async',
    open: (asked = {}) => openBroken(broken, asked),
    driver,
    server: testServerAt(emulator.storage, 'storage'),
    wrongCredentials: {},
    secrets: [emulator.secret],
    probe: { name: 'listContainers', run: (driver) => driver.listContainers() },
    containerName: (unique) => `isobar-${unique}`,
    invalidContainerNames: [],
    longListing: 1001,
    requestUrl,
    refusesName: () => false,
    conditions: ['ifAbsent', 'ifVersion'],
  });
  try {
    return await row.observe(kit);
  } catch (failure) {
    return failure;
  } finally {
    await tidy().catch(() => undefined);
    await driver.close();
  }
}

/** Never retries. */
const givesUp: Break = { options: (asked) => ({ ...asked, retry: false }) };

type Reader = (url: string, right: AnyStorage) => Promise<Uint8Array>;

/** Reads every object by another function. */
function reads(read: Reader): Break {
  return {
    methods: (right) => {
      const all = async (object: ObjectReference) => read(await right.presignObjectUrl(object), right);
      return {
        readObject: all,
        async *downloadObjectAsStream(object: ObjectReference) {
          yield await all(object);
        },
        async downloadObject(object: ObjectReference, path: string) {
          await writeFile(path, await all(object));
        },
        async *downloadObjectRangeAsStream(object: ObjectReference, startBytes: number, endBytes: number) {
          const range = `bytes=${startBytes}-${endBytes - 1}`;
          yield await takeAll(await right.presignObjectUrl(object), { range });
        },
      };
    },
  };
}

/** Takes any response for the object. */
const trustsAll = reads((url) => takeAll(url));

const foreign = (code: CloudErrorCode, failure: unknown): CloudError =>
  new CloudError(code, 'something went wrong', { provider: 'google-storage' }, { cause: failure });

/** Replaces the error of a method. */
function failsWith(method: keyof AnyStorage, replace: (failure: unknown) => unknown): Break {
  return {
    methods: (right) => ({
      async [method](...args: unknown[]) {
        try {
          return await (right[method] as (...args: unknown[]) => unknown)(...args);
        } catch (failure) {
          throw replace(failure);
        }
      },
    }),
  };
}

const resets = 'GET: connection reset, then fine';
const isRetried = (fault: string): boolean =>
  faultRows.some((row) => row.fault === fault && row.outcome.startsWith('R ('));

/** Broken drivers, and the rows that must notice them. */
const broken: readonly (readonly [string, Break, readonly string[]])[] = [
  ['never retries', givesUp, faultRows.map(({ fault }) => fault).filter(isRetried)],
  ['never retries on a closed connection', givesUp, ['Connection closed by the server while idle between two calls']],
  [
    'takes any response for the object',
    trustsAll,
    [
      'GET: corrupt body, checksum sent',
      "GET: corrupt body, only the cloud's own checksum header",
      'GET: body shorter than the object, Content-Length agrees with the body',
      'GET: 206 with a part of the object, though no range was requested',
      'GET: 204 without a body',
      'GET: 304, though the request had no condition',
      'GET of a range: 200 with the whole object',
      'GET: cut, and the resumed range comes from another version',
      'GET: redirect to another server',
      'GET: 200 with an HTML page, as from a captive portal',
    ],
  ],
  [
    'resumes with any bytes',
    reads((url) => takeAll(url, { attemptMs: 500 })),
    ['GET: broken off, and the resumed range comes from another version, no checksum sent'],
  ],
  [
    'claims to have verified what it cannot verify',
    {
      methods: (right) => ({
        downloadObject: async (...args: Parameters<typeof right.downloadObject>) => ({
          ...(await right.downloadObject(...args)),
          verified: 'crc32c',
        }),
      }),
    },
    ['GET: corrupt body, no checksum at all'],
  ],
  [
    'reads past the end of a body',
    reads((url) => takeUntilClosed(url)),
    ['GET: more bytes than Content-Length declares, in the shape of another response'],
  ],
  [
    'refuses repeated headers',
    reads(async (url) => {
      const response = await fetch(url);
      if (response.headers.get('server')?.includes(',')) throw foreign('malformed-response', undefined);
      return new Uint8Array(await response.arrayBuffer());
    }),
    ['GET: harmless headers repeated'],
  ],
  [
    'applies the idle timeout to the whole body',
    reads((url) =>
      takeAll(url, { signal: AbortSignal.timeout(1000) }).catch((failure) => {
        throw foreign('timeout', failure);
      }),
    ),
    ['GET: body drips for longer than the idle timeout, each piece within it'],
  ],
  [
    'throws errors of its HTTP client',
    reads((url) => takeAll(url, { signal: AbortSignal.timeout(1500) })),
    ['GET into memory or a file: body drips on past the time limit of the call'],
  ],
  [
    'retries at once, whatever the server asks for',
    {
      ...givesUp,
      methods: (right) => ({
        readObject: async (object: ObjectReference) => {
          try {
            return await right.readObject(object);
          } catch {
            return await right.readObject(object);
          }
        },
      }),
    },
    ['GET: 429 with Retry-After, then 200'],
  ],
  [
    'stores what a broken source delivered',
    {
      methods: (right) => ({
        async uploadObjectViaStream(source: Iterable<Uint8Array>, container: string, name: string) {
          const pieces: Uint8Array[] = [];
          try {
            for (const piece of source) pieces.push(piece);
          } finally {
            await right.writeObject(Buffer.concat(pieces), container, name);
          }
        },
      }),
    },
    ['PUT of a stream: the source fails after 100 KB', 'PUT of a stream: the source fails after 12 MiB'],
  ],
  [
    'wraps the error of a source',
    failsWith('uploadObjectViaStream', (cause) => new Error('failed', { cause })),
    ['PUT of a stream: the source fails after 100 KB', 'PUT of a stream: the source fails after 12 MiB'],
  ],
  [
    'leaves the parts of a broken source behind',
    {
      methods: (right) => ({
        async uploadObjectViaStream(source: Iterable<Uint8Array>, container: string, name: string) {
          const hanging = async function* () {
            yield new Uint8Array(9 * 1024 * 1024);
            await new Promise(() => {});
          };
          const isBroken = name === 'broken';
          if (isBroken) void Promise.resolve(right.uploadObjectViaStream(hanging(), container, 'left')).catch(() => {});
          while (isBroken && (await right.iterateMultipartUploads(container).toArray()).length === 0);
          return await right.uploadObjectViaStream(source, container, name);
        },
      }),
    },
    ['PUT of a stream: the source fails after 12 MiB'],
  ],
  [
    'loses a response that comes before the body is sent',
    failsWith('writeObject', (failure) => foreign('network', failure)),
    ['PUT of 12 MiB: 403 before the body was read'],
  ],
  [
    'takes any success for that of its request',
    {
      methods: (right) => {
        const trusting =
          (method: keyof AnyStorage) =>
          async (...args: unknown[]) => {
            try {
              return await (right[method] as (...args: unknown[]) => unknown)(...args);
            } catch (failure) {
              if (isCloudError(failure, 'malformed-response')) return undefined;
              throw failure;
            }
          };
        const writes = [
          'writeObject',
          'uploadObject',
          'uploadObjectViaStream',
          'deleteObject',
          'createContainer',
        ] as const;
        return Object.fromEntries(writes.map((method) => [method, trusting(method)]));
      },
    },
    [
      'PUT: 200 with an HTML page, as from a captive portal',
      'DELETE: 200 with an HTML page, as from a captive portal',
      'Creating a container: 200 with an HTML page, as from a captive portal',
    ],
  ],
  [
    'takes any response for a copy',
    {
      methods: (right) => ({
        copyObject: async (...args: Parameters<typeof right.copyObject>) => {
          try {
            return await right.copyObject(...args);
          } catch {
            return undefined;
          }
        },
      }),
    },
    ['Copy: 200 with an error document'],
  ],
  [
    'ends a listing at a page that it cannot read',
    {
      methods: (right) => ({
        iterateContainerObjects: (...args: Parameters<typeof right.iterateContainerObjects>) => ({
          async toArray() {
            const items: unknown[] = [];
            try {
              for await (const item of right.iterateContainerObjects(...args)) items.push(item);
            } catch (failure) {
              if (!isCloudError(failure, 'malformed-response')) throw failure;
            }
            return items;
          },
        }),
      }),
    },
    [
      'Listing: 200 with an HTML page, as from a captive portal',
      'Listing: 200 with an empty body',
      'Listing: page ends early, Content-Length agrees with it',
    ],
  ],
  [
    'does not name the address that did not answer',
    failsWith('listContainers', (failure) => foreign('network', failure)),
    ['Connection refused'],
  ],
  [
    'requests streams that are not read',
    {
      methods: (right) => ({
        downloadObjectAsStream(object: ObjectReference) {
          const iterator = (right.downloadObjectAsStream(object) as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
          const first = iterator.next();
          first.catch(() => {});
          return (async function* () {
            for (let next = await first; !next.done; next = await iterator.next()) yield next.value;
          })();
        },
      }),
    },
    ['Streams that are never read, or left half-way, and then another call'],
  ],
  [
    'reads all of a response before it checks it',
    {
      methods: (right) => ({
        iterateContainerObjects: (...args: Parameters<typeof right.iterateContainerObjects>) => ({
          async toArray() {
            const response = await fetch(emulator.storage);
            let takenBytes = 0;
            for await (const piece of response.body ?? []) {
              takenBytes += piece.length;
              if (takenBytes > 64 * 1024 * 1024) throw foreign('malformed-response', undefined);
            }
            return await right.iterateContainerObjects(...args).toArray();
          },
        }),
      }),
    },
    ['Error with a body of 100 MiB', 'Error with a body that never ends', 'Listing that never ends'],
  ],
  [
    'opens more connections than allowed',
    { options: ({ maxConnections: _, ...asked }) => asked },
    ['As many open streams as connections, then another call'],
  ],
];

describe.each(broken)('a driver that %s', (_, change, faults) => {
  test.each(faults)('is noticed by "%s"', async (fault) => {
    const verdict = await verdictOf(fault, change);
    expect(verdict, 'its outcome').not.toBe(faultRows.find((row) => row.fault === fault)?.outcome);
    // Without the fault it works.
    expect(String(verdict)).not.toContain('without the fault');
  });
});

test('each row notices a broken driver', () => {
  const noticed = new Set(broken.flatMap(([, , faults]) => faults));
  expect(faultRows.map(({ fault }) => fault).filter((fault) => !noticed.has(fault))).toEqual([]);
});

test('a row has its outcome with a correct driver (control)', async () => {
  expect(await verdictOf(resets, {})).toBe('R (2)');
});
