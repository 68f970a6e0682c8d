/** Runs every example as its own program against running clouds, and checks its output. */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExampleClouds, regionLatencies, reportMs, startClouds } from '../scripts/example-clouds.ts';
import { root } from '../scripts/steps.ts';

const designs = ['session', 'mixin', 'flag'] as const;

const fromRfc = {
  session: [
    'blocking: test-1 is running',
    'blocking: test-2 is running',
    'awaited: test-1 is running',
    'awaited: test-2 is running',
    'report: Around the ragged rocks, the ragged rascal ran.',
  ],
  mixin: [
    'blocking: isobar-charts',
    'blocking: isobar-readings',
    'awaited: monday.txt, 19 bytes',
    'awaited: tuesday.txt, 20 bytes',
    'awaited: 1013.txt, 17 bytes',
    'awaited: 1021.txt, 17 bytes',
    'awaited: 998.txt, 16 bytes',
  ],
  flag: [
    'awaited: isobar-charts',
    'awaited: monday.txt, 19 bytes',
    'awaited: tuesday.txt, 20 bytes',
    'awaited: isobar-readings',
    'awaited: 1013.txt, 17 bytes',
    'awaited: 1021.txt, 17 bytes',
    'awaited: 998.txt, 16 bytes',
  ],
};

let clouds: ExampleClouds;
beforeAll(async () => {
  clouds = await startClouds();
});
afterAll(() => clouds.close());

async function linesOf(name: string, args?: readonly string[]): Promise<string[]> {
  const { ok, output } = await clouds.run(name, args);
  if (!ok) throw new Error(`examples/${name}.ts failed:\n${output}`);
  return output.split('\n');
}

/** The number in the only line that matches the pattern. */
function numberIn(lines: readonly string[], pattern: RegExp): number {
  const found = lines.map((line) => pattern.exec(line)?.[1]).filter((digits) => digits !== undefined);
  expect(found, `${pattern} in ${lines.join(' | ')}`).toHaveLength(1);
  return Number(found[0]);
}

test('every example is run here', () => {
  const names = ['rfc', 'regions', 'eight', 'outage', 'first', 'fleet', 'objects', 'report'];
  const programs = names.flatMap((name) => designs.map((design) => `${name}-${design}`));
  const files = globSync('*.ts', { cwd: join(root, 'examples') }).map((file) => basename(file, '.ts'));
  expect(files.sort()).toEqual([...programs, 'backup-flag', 'chosen-cloud', 'clouds', 'seed'].sort());
});

describe("the RFC's programs", () => {
  beforeAll(async () => {
    await linesOf('seed');
  });

  test.each(designs)('%s', async (design) => {
    expect(await linesOf(`rfc-${design}`)).toEqual(fromRfc[design]);
  });
});

describe.each(designs)('the use cases: %s', (design) => {
  test('regions are asked at the same time', async () => {
    const lines = await linesOf(`regions-${design}`);
    const nodes = lines.filter((line) => line.endsWith(': test-1, test-2'));
    expect(nodes.map((line) => line.split(':')[0])).toEqual(['europe', 'america', 'asia']);
    const slowest = Math.max(...regionLatencies);
    const sum = regionLatencies.reduce((total, latency) => total + latency);
    // A timer may fire a millisecond early.
    const oneAfterTheOther = numberIn(lines, /^one after the other: (\d+) ms$/);
    expect(oneAfterTheOther).toBeGreaterThanOrEqual(sum - 3);
    const together = numberIn(lines, /^together: (\d+) ms$/);
    expect(together).toBeGreaterThanOrEqual(slowest - 1);
    // Measured against the same run, so that a busy machine slows both.
    expect(together).toBeLessThan(oneAfterTheOther);
  });

  test('eight regions are asked concurrently, in one blocking call too', async () => {
    const lines = await linesOf(`eight-${design}`);
    const oneByOne = numberIn(lines, /^blocking, one by one: (\d+) ms$/);
    // Eight times 50 ms; a timer may fire a millisecond early.
    expect(oneByOne).toBeGreaterThanOrEqual(8 * 49);
    for (const together of [/^blocking, in one call: (\d+) ms$/, /^awaited, together: (\d+) ms$/]) {
      expect(numberIn(lines, together)).toBeGreaterThanOrEqual(49);
      expect(numberIn(lines, together)).toBeLessThan(oneByOne);
    }
  });

  test('a region that is down is named, and the nodes of the others are listed', async () => {
    expect(await linesOf(`outage-${design}`)).toEqual([
      'awaited: 10 of 11 regions, 2 nodes',
      'awaited: af-south failed: unavailable, region-down',
      'blocking: 10 of 11 regions, 2 nodes',
      'blocking: af-south failed: unavailable, region-down',
    ]);
  });

  test('the first region that answers ends the others', async () => {
    const lines = await linesOf(`first-${design}`);
    for (const kind of ['awaited', 'blocking']) {
      const first = new RegExp(`^${kind}: eu-west answered first, after (\\d+) ms$`);
      expect(numberIn(lines, first)).toBeGreaterThanOrEqual(49);
      expect(lines).toContain(`${kind}: 2 others were ended`);
    }
  });

  test('a fleet is created, awaited and removed', async () => {
    const lines = await linesOf(`fleet-${design}`, ['120']);
    expect(numberIn(lines, /^created: (\d+) nodes in \d+ ms$/)).toBe(120);
    expect(numberIn(lines, /^running: (\d+) nodes in \d+ ms, \d+ polls$/)).toBe(120);
    // One exchange per poll: far fewer than nodes.
    expect(numberIn(lines, /^running: \d+ nodes in \d+ ms, (\d+) polls$/)).toBeLessThan(20);
    expect(lines).toContain('addresses: 120');
    expect(lines).toContain('removed: 120 nodes');
  });

  test('objects are uploaded and downloaded in parallel, unchanged', async () => {
    const lines = await linesOf(`objects-${design}`, ['48']);
    expect(numberIn(lines, /^up: (\d+) objects in \d+ ms$/)).toBe(48);
    expect(numberIn(lines, /^down: (\d+) objects in \d+ ms$/)).toBe(48);
    expect(lines).toContain('the same: 48 of 48');
  });

  test('other code runs while a report is awaited, and stops while it blocks', async () => {
    const lines = await linesOf(`report-${design}`);
    expect(lines.filter((line) => line === 'Around the ragged rocks, the ragged rascal ran.')).toHaveLength(2);
    // A tick is due every 50 ms; a busy machine may lose half of them.
    expect(numberIn(lines, /^awaited: (\d+) ticks/)).toBeGreaterThanOrEqual(reportMs / 50 / 2);
    expect(numberIn(lines, /^blocking: (\d+) ticks/)).toBe(0);
  });
});

describe('one backup, three storages', () => {
  test.each(['google', 'local', 'memory'])('%s: the second run sends nothing', async (storage) => {
    const target = mkdtempSync(join(tmpdir(), 'isobar-backup-'));
    try {
      const lines = await linesOf('backup-flag', [storage, join(root, 'docs'), target]);
      const sent = numberIn(lines, /first: (\d+) sent, 0 unchanged/);
      expect(sent).toBeGreaterThan(20);
      expect(lines).toContain(`${storage}, again: 0 sent, ${sent} unchanged`);
    } finally {
      rmSync(target, { recursive: true });
    }
  });
});
