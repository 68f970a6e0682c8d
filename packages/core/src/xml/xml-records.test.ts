/** Records: the same texts as from a tree in any notation, and the same refusals. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writtenRecords } from '../../testing/xml-writer.ts';
import { isCloudError } from '../errors.ts';
import { readXml } from './read-xml.ts';

const fields = ['Key', 'ETag', 'Size', 'Missing'];

/** The records of a document, and the rest of its root. */
function readRecords(document: string | Uint8Array) {
  const records: (readonly (string | undefined)[])[] = [];
  const root = readXml(document, { name: 'Contents', fields, take: (texts) => records.push(texts) });
  return { records, root };
}

function isRefused(document: string | Uint8Array): boolean {
  try {
    readRecords(document);
    return false;
  } catch (failure) {
    if (isCloudError(failure, 'malformed-response')) return true;
    throw failure;
  }
}

describe('records', () => {
  test('are read correctly in any notation', () => {
    fc.assert(
      fc.property(writtenRecords, (written) => {
        const { records, root } = readRecords(`<List>${written.map(({ xml }) => xml).join('')}</List>`);
        const [expected, others] = [true, false].map((isRecord) =>
          written.map((one) => one.expected).filter(({ name }) => (name === 'Contents') === isRecord),
        );
        expect(root.children).toMatchObject(others ?? []);
        expect(records).toEqual(
          expected?.map(({ children }) => fields.map((field) => children.find(({ name }) => name === field)?.text)),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('of a document with one change are refused or read like a tree', () => {
    const pieces = ['', '<', '>', '&', '/', 'x', '<!DOCTYPE a>', '<Key>', '</Key>', '</Contents>', ' ', '&#0;'];
    fc.assert(
      fc.property(writtenRecords, fc.nat(), fc.constantFrom(...pieces), fc.nat(3), (written, where, piece, removed) => {
        const whole = `<List>${written.map(({ xml }) => xml).join('')}</List>`;
        const at = where % whole.length;
        const changed = whole.slice(0, at) + piece + whole.slice(at + removed);
        let tree: ReturnType<typeof readXml> | undefined;
        try {
          tree = readXml(changed);
        } catch {}
        expect(isRefused(changed)).toBe(tree === undefined);
        if (!tree) return;
        const { records } = readRecords(changed);
        const inTree = tree.children.filter(({ name }) => name === 'Contents');
        expect(records).toEqual(
          inTree.map(({ children }) => fields.map((field) => children.find(({ name }) => name === field)?.text)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  const record = '<Contents><Key>k</Key><Size>1</Size></Contents>';
  test.each([
    ['without children', '<Contents/>', [undefined, undefined, undefined, undefined]],
    ['with text only', '<Contents>x</Contents>', [undefined, undefined, undefined, undefined]],
    ['with a prefix', '<s:Contents><s:Key>k</s:Key></s:Contents>', ['k', undefined, undefined, undefined]],
    ['with special characters of patterns in names', '<Contents><K.y>k</K.y></Contents>', fields.map(() => undefined)],
  ])('%s are records too', (_, xml, texts) => {
    const expected = ['k', undefined, '1', undefined];
    expect(readRecords(`<List>${record}${xml}${xml}${record}</List>`).records).toEqual([
      expected,
      texts,
      texts,
      expected,
    ]);
  });

  test('are found inside the root only', () => {
    const { records, root } = readRecords(`<List><Old>${record}</Old></List>`);
    expect(records).toEqual([]);
    expect(root.children[0]?.children[0]?.name).toBe('Contents');
  });

  test('cannot hide an undefined entity', () => {
    expect(isRefused(`<List>${record}${record.replace('k', '&x;')}</List>`)).toBe(true);
  });

  test('of bytes are read like those of text, however many pieces the bytes are read in', () => {
    const text = fc.string({ unit: fc.constantFrom('x', 'ä', '名', '😀', '&amp;', '\n', ' '), maxLength: 40 });
    const cuts = [
      '',
      '<!-- </Contents> -->',
      '<![CDATA[</Contents>]]>',
      '<Other>y</Other>',
      '</Contents>',
      '<Contents>',
    ];
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 500, max: 5000 }),
        fc.constantFrom(...cuts),
        fc.nat(),
        (keys, count, cut, where) => {
          const key = (index: number): string => `<Key>${keys[index % keys.length]}${index}</Key>`;
          const written = Array.from({ length: count }, (_, index) => {
            return `<Contents>${key(index)}<Size>${index}</Size></Contents>${index === where % count ? cut : ''}`;
          });
          const document = `\ufeff<List>${written.join('')}<End>z</End></List>`;
          const bytes = new TextEncoder().encode(document);
          expect(isRefused(bytes)).toBe(isRefused(document));
          if (!isRefused(bytes)) expect(readRecords(bytes)).toEqual(readRecords(document));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('may be longer than a piece', () => {
    const long = `<Contents><Key>${'k'.repeat(200_000)}</Key></Contents>`;
    const bytes = new TextEncoder().encode(`<List>${record}${long}${long}${record}</List>`);
    expect(readRecords(bytes).records.map(([key]) => key?.length)).toEqual([1, 200_000, 200_000, 1]);
  });

  test('are read in linear time when each has another layout', () => {
    // In quadratic time this would exceed the test's timeout.
    const many = Array.from(
      { length: 20_000 },
      (_, index) => `<Contents><Key>k</Key><a${index}>x</a${index}></Contents>`,
    );
    expect(readRecords(`<List>${many.join('')}</List>`).records).toHaveLength(20_000);
  });
});
