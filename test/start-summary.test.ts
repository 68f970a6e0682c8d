/** The end of `npm start` is made from what the examples printed. */
import { expect, test } from 'vitest';
import { type Seen, summary } from '../scripts/summary.ts';

const outputs = {
  regions: ['one after the other: 601 ms', 'together: 301 ms'],
  eight: ['blocking, one by one: 410 ms', 'blocking, in one call: 55 ms', 'awaited, together: 57 ms'],
  outage: ['awaited: 10 of 11 regions, 2 nodes', 'blocking: 10 of 11 regions, 2 nodes'],
  first: ['awaited: eu-west answered first, after 52 ms'],
  fleet: ['running: 200 nodes in 900 ms, 3 polls'],
  objects: ['up: 32 objects in 40 ms'],
  report: ['awaited: 20 ticks meanwhile', 'blocking: 0 ticks meanwhile'],
};
const seen = (more: Partial<Record<keyof typeof outputs, string[]>> = {}): Map<string, Seen[]> =>
  new Map(Object.entries({ ...outputs, ...more }).map(([program, lines]) => [program, [{ lines, exchanges: 98 }]]));

test('it has the numbers of this run, the designs and the next commands', () => {
  const text = summary(seen());
  expect(text).toContain('blocking one by one 410 ms, in one blocking call 55 ms, awaited together 57 ms');
  expect(text).toContain('awaited 20, blocking 0');
  expect(text).toContain('200 nodes awaited with 3 exchanges');
  expect(text).toMatch(/Take flag by default.*\n.*Take mixin.*\n.*Take session/);
  expect(text).toContain('npm install @isobar/design-flag');
});

test('designs that differ are shown as a range', () => {
  const both = seen();
  both.set('eight', [
    ...(both.get('eight') ?? []),
    { lines: outputs.eight.map((line) => line.replace('410', '440')), exchanges: 1 },
  ]);
  expect(summary(both)).toContain('one by one 410 to 440 ms');
});

test('an example that no longer prints a number is noticed', () => {
  expect(() => summary(seen({ report: ['awaited: many ticks'] }))).toThrow('did not print');
});
