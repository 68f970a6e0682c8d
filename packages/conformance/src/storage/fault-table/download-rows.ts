/** Downloads that meet a fault. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { pattern } from '../../bytes.ts';
import { fastRetry } from '../../kit.ts';
import type { Fault } from '../../test-server.ts';
import { captivePortal, type FaultRow, faultServer, observeCall, serverFault } from './fault-row.ts';
import { asStream, downloads, intoFile, range, sizeBytes } from './ways.ts';

const half = sizeBytes / 2;

/** Standard headers that may hold a checksum of the body. */
const foreignChecksums = { etag: null, digest: null, 'content-digest': null, 'repr-digest': null };

/** Every header that may hold a checksum of the body. */
const allChecksums = {
  ...foreignChecksums,
  'content-md5': null,
  'x-goog-hash': null,
  'x-amz-checksum-crc32': null,
  'x-amz-checksum-crc32c': null,
  'x-amz-checksum-crc64nvme': null,
  'x-amz-checksum-sha256': null,
  'x-ms-blob-content-md5': null,
  'x-ms-content-crc64': null,
};

const otherVersion: Fault = {
  kind: 'answer',
  status: 206,
  headers: {
    'content-range': `bytes ${half}-${sizeBytes - 1}/${sizeBytes}`,
    etag: '"another"',
    'x-goog-generation': '1',
    'x-goog-stored-content-length': String(sizeBytes),
    'x-amz-version-id': 'another',
    'last-modified': 'Mon, 02 Nov 2026 10:00:00 GMT',
  },
  body: 'x'.repeat(1024),
  repeat: half / 1024,
};

/** Nothing shows that these bytes are wrong, so the driver must not claim that they are right. */
const corruptWithoutChecksum: FaultRow = {
  fault: 'GET: corrupt body, no checksum at all',
  outcome: 'accepted',
  server: faultServer,
  async observe(kit) {
    const [container, folder] = [await kit.container(), await kit.folder()];
    const object = await kit.driver.writeObject(pattern(sizeBytes), container, 'object');
    const driver = kit.open(fastRetry);
    await kit.server.faults?.inject({ kind: 'alter', corrupt: true, headers: allChecksums });
    const { outcome } = await observeCall(kit, async () => {
      const { verified } = await driver.downloadObject(object, join(folder, 'file'));
      expect(verified, 'what it was verified by').toBe('size');
      return async () => Buffer.compare(await readFile(join(folder, 'file')), pattern(sizeBytes)) === 0;
    });
    return outcome;
  },
};

/** Rows of the table about downloads. */
export const downloadRows: readonly FaultRow[] = [
  serverFault({
    fault: 'GET: 503 twice, then 200',
    outcome: 'R (3)',
    ways: downloads,
    injections: [{ fault: { kind: 'status', status: 503 }, times: 2 }],
    permanent: { fault: { kind: 'status', status: 503 }, outcome: 'A unavailable' },
  }),
  serverFault({
    fault: 'GET: connection reset, then fine',
    outcome: 'R (2)',
    ways: downloads,
    injections: [{ fault: { kind: 'reset' } }],
    permanent: { fault: { kind: 'reset' }, outcome: 'A network' },
  }),
  serverFault({
    fault: 'GET: cut at half of the body',
    outcome: 'R (2)',
    ways: downloads,
    injections: [{ fault: { kind: 'cut', afterBytes: half } }],
    permanent: { fault: { kind: 'cut', afterBytes: 0 }, outcome: 'A network' },
  }),
  serverFault({
    fault: 'GET: corrupt body, checksum sent',
    outcome: 'A integrity',
    needs: 'checksums',
    ways: downloads,
    injections: [{ fault: { kind: 'corrupt' } }],
  }),
  serverFault({
    fault: "GET: corrupt body, only the cloud's own checksum header",
    outcome: 'A integrity',
    needs: 'checksums',
    ways: downloads,
    injections: [{ fault: { kind: 'alter', corrupt: true, headers: foreignChecksums } }],
  }),
  corruptWithoutChecksum,
  serverFault({
    fault: 'GET: cut at half of a chunked body, which has no Content-Length',
    outcome: 'R (2)',
    ways: downloads,
    injections: [{ fault: { kind: 'cut', afterBytes: half, chunked: true } }],
    permanent: { fault: { kind: 'cut', afterBytes: 0, chunked: true }, outcome: 'A network' },
  }),
  serverFault({
    fault: 'GET: body shorter than the object, Content-Length agrees with the body',
    outcome: 'A integrity',
    ways: downloads,
    injections: [{ fault: { kind: 'alter', keepBytes: half } }],
  }),
  serverFault({
    fault: 'GET: more bytes than Content-Length declares, in the shape of another response',
    outcome: 'ok',
    ways: downloads,
    injections: [
      { fault: { kind: 'alter', excess: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-goog-generation: 1\r\n\r\nwrong' } },
    ],
  }),
  serverFault({
    fault: 'GET: two different Content-Length headers, then fine',
    outcome: 'R (2)',
    ways: downloads,
    injections: [{ fault: { kind: 'alter', headers: { 'content-length': [String(sizeBytes), '7'] } } }],
    permanent: {
      fault: { kind: 'alter', headers: { 'content-length': [String(sizeBytes), '7'] } },
      outcome: 'A network',
    },
  }),
  serverFault({
    fault: 'GET: harmless headers repeated',
    outcome: 'ok',
    ways: downloads,
    injections: [
      { fault: { kind: 'alter', headers: { server: ['one', 'two'], 'cache-control': ['private', 'no-store'] } } },
    ],
  }),
  serverFault({
    fault: 'GET: 206 with a part of the object, though no range was requested',
    outcome: 'A malformed-response',
    ways: downloads,
    injections: [
      {
        fault: {
          kind: 'alter',
          status: 206,
          keepBytes: half,
          headers: { 'content-range': `bytes 0-${half - 1}/${sizeBytes}` },
        },
      },
    ],
  }),
  serverFault({
    fault: 'GET: 204 without a body',
    outcome: 'A malformed-response',
    ways: downloads,
    injections: [{ fault: { kind: 'answer', status: 204 } }],
  }),
  serverFault({
    fault: 'GET of a range: 200 with the whole object',
    outcome: 'A malformed-response',
    needs: 'ranges',
    ways: [range],
    injections: [
      { fault: { kind: 'answer', status: 200, headers: { etag: '"an-etag"' }, body: 'x'.repeat(sizeBytes) } },
    ],
  }),
  serverFault({
    fault: 'GET: cut, and the resumed range comes from another version',
    outcome: 'A conflict',
    needs: 'resumedDownload',
    ways: [asStream, intoFile],
    injections: [{ fault: { kind: 'cut', afterBytes: half } }, { fault: otherVersion }],
  }),
  serverFault({
    fault: 'GET: broken off, and the resumed range comes from another version, no checksum sent',
    outcome: 'A conflict',
    needs: 'resumedDownload',
    ways: [asStream, intoFile],
    options: { idleTimeoutMs: 200 },
    injections: [
      // Half of the body under a Content-Length for all of it.
      { fault: { kind: 'alter', keepBytes: half, headers: { ...allChecksums, 'content-length': String(sizeBytes) } } },
      { fault: otherVersion },
    ],
  }),
  serverFault({
    fault: 'GET: 200 with an HTML page, as from a captive portal',
    outcome: 'A malformed-response',
    ways: downloads,
    injections: [{ fault: captivePortal }],
  }),
  serverFault({
    fault: 'GET: 304, though the request had no condition',
    outcome: 'A rejected',
    ways: downloads,
    injections: [{ fault: { kind: 'answer', status: 304 } }],
  }),
  serverFault({
    fault: 'GET: redirect to another server',
    outcome: 'A rejected',
    ways: downloads,
    injections: [
      { fault: { kind: 'answer', status: 307, headers: { location: 'http://127.0.0.1:1/elsewhere' }, body: 'Moved.' } },
    ],
    alsoCheck(requests, failure) {
      expect(requests.length, 'requests').toBe(1);
      expect(String(failure), 'the message').toMatch(/redirect.*307/i);
    },
  }),
];
