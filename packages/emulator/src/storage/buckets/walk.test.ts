import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareNames, rolledUp, successor, walk } from './walk.ts';

const letters = fc.constantFrom('a', 'b', '/', '-', '--', 'é', '\ud7ff', '\uffff', '😀', '\u{10ffff}');
const text = (maxLength: number) => fc.array(letters, { maxLength }).map((parts) => parts.join(''));
const names = fc.uniqueArray(
  text(6).filter((name) => name !== ''),
  { maxLength: 40 },
);

function reader(all: readonly string[]) {
  const sorted = [...all].sort(compareNames);
  const counted = { rows: 0 };
  const read = (from: string, to: string | undefined, count: number) => {
    const found = sorted
      .filter((name) => compareNames(name, from) >= 0 && (to === undefined || compareNames(name, to) < 0))
      .slice(0, count)
      .map((name) => ({ name }));
    counted.rows += found.length;
    return found;
  };
  return { read, counted };
}

/** All entries by the definition: filter, roll up, remove duplicates. */
function model(all: readonly string[], prefix: string, delimiter: string): string[] {
  const entries = all
    .filter((name) => name.startsWith(prefix))
    .map((name) => rolledUp(name, prefix, delimiter) ?? name);
  return [...new Set(entries)].sort(compareNames);
}

describe('walk', () => {
  test('all pages together match the definition', () => {
    const setting = fc.tuple(names, text(2), fc.constantFrom('', '/', '--', 'é', 'ab'), fc.integer({ min: 1, max: 7 }));
    fc.assert(
      fc.property(setting, ([all, prefix, delimiter, limit]) => {
        const { read } = reader(all);
        const seen: string[] = [];
        let after: string | undefined;
        for (;;) {
          const page = walk({ prefix, delimiter, after, limit, read });
          const labels = page.entries.map((entry) => ('item' in entry ? entry.item.name : entry.commonPrefix));
          expect(labels.length).toBeLessThanOrEqual(limit);
          seen.push(...labels);
          if (!page.truncated) break;
          expect(labels.length).toBe(limit);
          after = labels.at(-1);
        }
        expect(seen).toEqual(model(all, prefix, delimiter));
      }),
      { numRuns: 300 },
    );
  });

  test('a page reads about as many rows as it returns, however many names its prefixes hold', () => {
    const all = Array.from({ length: 5000 }, (_, index) => `dir${index % 5}/${index}`);
    const { read, counted } = reader(all);
    const page = walk({ prefix: '', delimiter: '/', after: undefined, limit: 1000, read });
    expect(page.entries).toHaveLength(5);
    expect(counted.rows).toBeLessThan(50);
  });

  test('a limit of zero is an empty page that is not truncated', () => {
    const { read } = reader(['a']);
    expect(walk({ prefix: '', delimiter: '', after: undefined, limit: 0, read })).toEqual({
      entries: [],
      truncated: false,
    });
  });
});

test('the successor of a prefix is after all names with the prefix, and before all names that follow them', () => {
  fc.assert(
    fc.property(text(4), text(4), (prefix, other) => {
      const end = successor(prefix);
      const name = prefix + other;
      if (end !== undefined) {
        expect(compareNames(name, end)).toBeLessThan(0);
        if (compareNames(other, prefix) > 0 && !other.startsWith(prefix)) {
          expect(compareNames(other, end)).toBeGreaterThanOrEqual(0);
        }
      }
    }),
  );
});
