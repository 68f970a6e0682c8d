/** Ranges: start inclusive, end exclusive, both from 0. The object is `0123456789`, so each range is easy to read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { collect, DIGITS, decodeText, expectSameBytes, MIB, pattern } from '../bytes.ts';
import type { Case, Suite } from '../case.ts';
import { filesIn } from '../kit.ts';
import type { StorageKit } from './storage-kit.ts';

type Range = readonly [startBytes: number, endBytes?: number];

function gives([startBytes, endBytes]: Range, expected: string): Case<StorageKit> {
  return {
    title: `gives ${startBytes} to ${endBytes ?? 'the end'} as ${JSON.stringify(expected)}`,
    async run({ driver, container, folder }) {
      const object = await driver.writeObject(DIGITS, await container(), 'object');
      const path = join(await folder(), 'file');
      const file = await driver.downloadObjectRange(object, path, startBytes, endBytes);
      expect(await readFile(path, 'utf8')).toBe(expected);
      expect(file).toMatchObject({ path, sizeBytes: expected.length });
      const stream = driver.downloadObjectRangeAsStream(object, startBytes, endBytes);
      expect(decodeText(await collect(stream))).toBe(expected);
    },
  };
}

function refuses(label: string, range: Range): Case<StorageKit> {
  return {
    title: `refuses ${label}, before anything is sent`,
    async run({ driver, container, folder, failsUnsent }) {
      const object = await driver.writeObject(DIGITS, await container(), 'object');
      const place = await folder();
      const invalid = { code: 'invalid-argument' } as const;
      await failsUnsent(() => driver.downloadObjectRange(object, join(place, 'file'), ...range), invalid);
      await failsUnsent(() => collect(driver.downloadObjectRangeAsStream(object, ...range)), invalid);
      expect(await filesIn(place)).toEqual([]);
    },
  };
}

function startsTooLate(startBytes: number, endBytes?: number): Case<StorageKit> {
  return {
    title: `refuses a range that starts at ${startBytes} of 10 bytes${endBytes ? '' : ' without an end'}`,
    async run({ driver, container, folder, fails }) {
      const object = await driver.writeObject(DIGITS, await container(), 'object');
      const place = await folder();
      const invalid = { code: 'invalid-argument', details: { object: 'object' } } as const;
      await fails(() => driver.downloadObjectRange(object, join(place, 'file'), startBytes, endBytes), invalid);
      await fails(() => collect(driver.downloadObjectRangeAsStream(object, startBytes, endBytes)), invalid);
      expect(await filesIn(place)).toEqual([]);
    },
  };
}

/** Cases about ranges. */
export const ranges: Suite<StorageKit> = {
  title: 'ranges',
  cases: [
    gives([0], DIGITS),
    gives([0, 10], DIGITS),
    gives([0, 1], '0'),
    { ...gives([0, 5], '01234'), proof: true },
    gives([3, 7], '3456'),
    gives([5], '56789'),
    gives([9], '9'),
    gives([9, 10], '9'),
    gives([5, 500], '56789'),
    refuses('a negative start', [-1, 5]),
    refuses('a negative end', [0, -5]),
    refuses('a reversed range', [5, 3]),
    refuses('an empty range', [5, 5]),
    refuses('an empty range at the start', [0, 0]),
    refuses('a fraction', [0.5, 3]),
    refuses('NaN', [Number.NaN, 3]),
    refuses('infinity', [0, Number.POSITIVE_INFINITY]),
    refuses('a missing start', [undefined as unknown as number]),
    refuses('a start as text', ['0' as unknown as number, 5]),
    startsTooLate(10),
    startsTooLate(10, 12),
    startsTooLate(500),
    {
      title: 'reads a range in the middle of a large object',
      async run({ driver, container, folder }) {
        const bytes = pattern(9 * MIB);
        const object = await driver.writeObject(bytes, await container(), 'object');
        const [start, end] = [4 * MIB - 3, 8 * MIB + 5];
        const expected = bytes.subarray(start, end);
        expectSameBytes(await collect(driver.downloadObjectRangeAsStream(object, start, end)), expected);
        const path = join(await folder(), 'file');
        await driver.downloadObjectRange(object, path, start, end);
        expectSameBytes(await readFile(path), expected);
      },
    },
    {
      title: 'downloads a range into a folder',
      async run({ driver, container, folder }) {
        const object = await driver.writeObject(DIGITS, await container(), 'a/object');
        const place = await folder();
        await driver.downloadObjectRange(object, `${place}/`, 2, 4);
        expect(await readFile(join(place, 'object'), 'utf8')).toBe('23');
      },
    },
    {
      title: 'reports the progress of a range, up to its size',
      async run({ driver, container }) {
        const object = await driver.writeObject(pattern(MIB), await container(), 'object');
        const seen: { transferredBytes: number }[] = [];
        const onProgress = (now: { readonly transferredBytes: number }) => void seen.push(now);
        await collect(driver.downloadObjectRangeAsStream(object, 100, 5100, { onProgress }));
        expect(seen.at(-1)?.transferredBytes).toBe(5000);
      },
    },
  ],
};
