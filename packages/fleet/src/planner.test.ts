import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chunk } from './models.ts';
import { accepted } from './planner.ts';

function chunk(number: number, after?: string, upTo?: string): Chunk {
  const range = { ...(after !== undefined && { after }), ...(upTo !== undefined && { upTo }) };
  return { number, objects: 1, bytes: 1, sha256: '', ...range };
}

describe('what an interrupted plan leaves', () => {
  test.each<[string, Chunk[], number[], (string | undefined)[][]]>([
    ['nothing', [], [], [[undefined, undefined]]],
    ['the begin', [chunk(1, undefined, 'f')], [1], [['f', undefined]]],
    ['the end', [chunk(1, 'f')], [1], [[undefined, 'f']]],
    ['everything', [chunk(1, 'f'), chunk(2, undefined, 'f')], [2, 1], []],
    [
      'holes',
      [chunk(2, 'c', 'f'), chunk(1, 'h', 'k')],
      [2, 1],
      [
        [undefined, 'c'],
        ['f', 'h'],
        ['k', undefined],
      ],
    ],
    [
      'one that came late',
      [chunk(1, 'c', 'f'), chunk(2, 'd', 'g')],
      [1],
      [
        [undefined, 'c'],
        ['f', undefined],
      ],
    ],
  ])('is listed again where no manifest covers it: %s', (_, known, numbers, gaps) => {
    const found = accepted(known);
    expect(found.chunks.map(({ number }) => number)).toEqual(numbers);
    expect(found.gaps.map(({ after, upTo }) => [after, upTo])).toEqual(gaps);
  });

  test('is covered once, whatever arrived', () => {
    const letter = fc.integer({ min: 0, max: 20 });
    const range = fc.tuple(letter, letter).map(([one, other]) => [Math.min(one, other), Math.max(one, other) + 1]);
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const text = (position: number): string => String.fromCharCode(97 + position);
        const known = ranges.map(([after = 0, upTo = 0], index) => chunk(index + 1, text(after), text(upTo)));
        const { chunks, gaps } = accepted(known);
        for (let position = 1; position < 25; position += 1) {
          const name = text(position);
          const covers = ({ after, upTo }: { after?: string | undefined; upTo?: string | undefined }): boolean =>
            (after === undefined || after < name) && (upTo === undefined || name <= upTo);
          expect([...chunks, ...gaps].filter(covers)).toHaveLength(1);
        }
      }),
    );
  });
});
