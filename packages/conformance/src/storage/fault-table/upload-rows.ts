/** Uploads, copies and removals that meet a fault. */
import { expect } from 'vitest';
import { itemsOf, MIB, pattern, pieces } from '../../bytes.ts';
import { fastRetry } from '../../kit.ts';
import type { Fault } from '../../test-server.ts';
import type { StorageKit } from '../storage-kit.ts';
import { captivePortal, type FaultRow, observeCall, serverFault } from './fault-row.ts';
import {
  copying,
  creatingContainers,
  fromFile,
  fromLongSource,
  fromMemory,
  fromShortSource,
  largeFromMemory,
  removing,
} from './ways.ts';

const unavailable: Fault = { kind: 'status', status: 503 };
/** The caller's source fails: the call throws the source's error, and nothing of the upload is left. */
function sourceFails(fault: string, deliveredBytes: number): FaultRow {
  return {
    fault,
    outcome: 'A own error',
    server: ['requests'],
    needs: 'streamUpload',
    async observe(kit) {
      const [driver, home] = [kit.open(fastRetry), await kit.container()];
      const unhandled: unknown[] = [];
      const note = (reason: unknown) => void unhandled.push(reason);
      process.on('unhandledRejection', note);
      kit.afterwards(() => process.off('unhandledRejection', note));
      // Control: a source that ends well makes the object.
      await driver.uploadObjectViaStream(pieces(pattern(deliveredBytes), 65_536), home, 'whole');

      const reason = new Error('the source broke');
      function* breaking(): Generator<Uint8Array> {
        yield* pieces(pattern(deliveredBytes), 65_536);
        throw reason;
      }
      const upload = async () => {
        await driver.uploadObjectViaStream(breaking(), home, 'broken');
        return () => false;
      };
      const { outcome } = await observeCall(kit, upload, undefined, reason);
      // Rejections are reported as unhandled after all microtasks.
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled, 'unhandled rejections').toEqual([]);
      await expectOnly(kit, home, 'whole');
      return outcome;
    },
  };
}

async function expectOnly(kit: StorageKit, container: string, name: string): Promise<void> {
  expect((await kit.driver.listContainerObjects(container)).map((object) => object.name)).toEqual([name]);
  if (!kit.driver.provider.capabilities.multipartUploads) return;
  expect(await itemsOf(kit.driver.iterateMultipartUploads(container)), 'unfinished uploads').toEqual([]);
}

/** An error in the body of a successful answer. */
const lateError = {
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>Try again.</Message></Error>',
} as const;

/** Rows of the table about uploads and other writes. */
export const uploadRows: readonly FaultRow[] = [
  serverFault({
    fault: 'PUT of bytes: 503 twice, then 200',
    outcome: 'R (3)',
    ways: [fromMemory, fromFile],
    injections: [{ fault: unavailable, times: 2 }],
    permanent: { fault: unavailable, outcome: 'A unavailable' },
  }),
  serverFault({
    fault: 'PUT of a stream: 503 twice, then 200',
    outcome: 'R (3)',
    needs: 'streamUpload',
    ways: [fromShortSource, fromLongSource],
    injections: [{ fault: unavailable, times: 2 }],
    permanent: { fault: unavailable, outcome: 'A unavailable' },
  }),
  sourceFails('PUT of a stream: the source fails after 100 KB', 100_000),
  sourceFails('PUT of a stream: the source fails after 12 MiB', 12 * MIB),
  serverFault({
    fault: 'PUT of a stream: a part meets 503 twice, then 200',
    outcome: 'R (3)',
    needs: 'multipartUploads',
    ways: [fromLongSource],
    injections: [{ fault: unavailable, times: 2, method: 'PUT' }],
  }),
  serverFault({
    fault: 'PUT: connection reset while the body is sent, then fine',
    outcome: 'R (2)',
    ways: [fromMemory, largeFromMemory],
    injections: [{ fault: { kind: 'reset' } }],
    permanent: { fault: { kind: 'reset' }, outcome: 'A network' },
  }),
  serverFault({
    fault: 'PUT: the response is lost after the work',
    outcome: 'R (2)',
    ways: [fromMemory, fromFile, fromShortSource, fromLongSource],
    injections: [{ fault: { kind: 'reset', when: 'after' } }],
  }),
  serverFault({
    fault: 'PUT of 12 MiB: 403 before the body was read',
    outcome: 'A permission-denied',
    ways: [largeFromMemory],
    injections: [{ fault: { kind: 'status', status: 403 } }],
  }),
  serverFault({
    fault: 'PUT of 12 MiB: 503 before the body was read, then 200',
    outcome: 'R (2)',
    ways: [largeFromMemory],
    injections: [{ fault: unavailable }],
  }),
  serverFault({
    fault: 'PUT: headers never come, then fine',
    outcome: 'R (2)',
    ways: [fromMemory],
    options: { headersTimeoutMs: 200 },
    injections: [{ fault: { kind: 'stall' } }],
  }),
  serverFault({
    fault: 'PUT: 200 with an HTML page, as from a captive portal',
    outcome: 'A malformed-response',
    ways: [fromMemory, fromFile, fromShortSource],
    injections: [{ fault: captivePortal }],
  }),
  serverFault({
    fault: 'DELETE: 200 with an HTML page, as from a captive portal',
    outcome: 'A malformed-response',
    ways: [removing],
    injections: [{ fault: captivePortal }],
  }),
  serverFault({
    fault: 'Creating a container: 200 with an HTML page, as from a captive portal',
    outcome: 'A malformed-response',
    ways: [creatingContainers],
    injections: [{ fault: captivePortal }],
  }),
  serverFault({
    fault: 'Copy: the response is lost after the work',
    outcome: 'R (2)',
    needs: 'copy',
    ways: [copying],
    injections: [{ fault: { kind: 'reset', when: 'after' } }],
  }),
  serverFault({
    fault: 'Copy: 200 with an error document',
    outcome: 'R (2)',
    needs: 'copy',
    ways: [copying],
    injections: [
      {
        fault: lateError,
        method: 'PUT',
      },
    ],
    permanent: { fault: lateError, outcome: 'A unavailable' },
  }),
  serverFault({
    fault: 'Creating a container: the response is lost after the work',
    outcome: 'R (2)',
    ways: [creatingContainers],
    injections: [{ fault: { kind: 'reset', when: 'after' } }],
  }),
  serverFault({
    fault: 'DELETE: the response is lost after the work',
    outcome: 'R (2)',
    ways: [removing],
    injections: [{ fault: { kind: 'reset', when: 'after' } }],
  }),
];
