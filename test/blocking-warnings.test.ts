/** `warnBlockingMs` in programs of each design: who is warned of a blocking call, and where to look. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testServerAt } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

const emulator = await startEmulator();
const { faults } = testServerAt(emulator.storage, 'storage');
afterEach(() => faults.clear());
afterAll(() => emulator.close());

const program = fileURLToPath(new URL('programs/blocking-warning.ts', import.meta.url));

/** What the program prints to its standard error when the service answers after 200 ms; its limit is 50 ms. */
async function printedBy(design: string, way: string): Promise<string> {
  await faults.inject({ kind: 'delay', ms: 200 });
  const { accessKey, secret, storage } = emulator;
  const { stderr } = await promisify(execFile)(process.execPath, [program, design, way, storage, accessKey, secret]);
  return stderr;
}

describe.for(['session', 'mixin', 'flag'])('a program of design %s', (design) => {
  test.for([
    ['a call', 'call', 'listContainers'],
    ['a page of a listing', 'listing', 'iterateContainers'],
  ])('with a server is warned once of %s that blocks, with the line that made it', async ([, way, method]) => {
    const printed = await printedBy(design, way as string);
    const [warning = '', line = '', ...rest] = printed.trim().split('\n');
    expect(warning).toMatch(
      new RegExp(
        `^\\(node:\\d+\\) \\[ISOBAR_BLOCKING_CALL\\] IsobarWarning: google-storage ${method} blocked the event loop for \\d+ ms while it had other work \\(TCPServerWrap\\)\\. Use the asynchronous kind of this method and await it$`,
      ),
    );
    expect(line).toMatch(/^at .*\/blocking-warning\.ts:\d+:\d+\)?$/);
    expect(rest.join('\n')).not.toContain('IsobarWarning');
  });

  test.for(['script', 'async', 'below the limit', 'off'])('is not warned: %s', async (way) => {
    expect(await printedBy(design, way)).toBe('');
  });
});
