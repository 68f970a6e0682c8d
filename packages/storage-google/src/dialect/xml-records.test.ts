/** Records: the same texts as from a tree, however the documents look, and nothing read that a tree would refuse. */
import { isCloudError } from '@isobar/core/provider';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writtenRecords } from '../../testing/xml-writer.ts';
import { readXml } from './xml.ts';

const fields = ['Key', 'ETag', 'Size', 'Missing'];

/** The records of a document, and what is left of its root. */
function readRecords(document: string) {
  const records: (readonly (string | undefined)[])[] = [];
  const root = readXml(document, { name: 'Contents', fields, take: (texts) => records.push(texts) });
  return { records, root };
}

function isRefused(document: string): boolean {
  try {
    readRecords(document);
    return false;
  } catch (failure) {
    if (isCloudError(failure, 'malformed-response')) return true;
    throw failure;
  }
}

describe('records', () => {
  test('are read as they were meant, in whatever way they are written', () => {
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

  test('of a document with one change are refused or read as a tree would', () => {
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
    ['of text alone', '<Contents>x</Contents>', [undefined, undefined, undefined, undefined]],
    ['with a prefix', '<s:Contents><s:Key>k</s:Key></s:Contents>', ['k', undefined, undefined, undefined]],
    ['with names that mean something to a pattern', '<Contents><K.y>k</K.y></Contents>', fields.map(() => undefined)],
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

  test('cannot hide an entity that is not defined', () => {
    expect(isRefused(`<List>${record}${record.replace('k', '&x;')}</List>`)).toBe(true);
  });

  test('are read soon when each looks different', () => {
    // In time that grows with its square this would take minutes, more than a test may last.
    const many = Array.from(
      { length: 20_000 },
      (_, index) => `<Contents><Key>k</Key><a${index}>x</a${index}></Contents>`,
    );
    expect(readRecords(`<List>${many.join('')}</List>`).records).toHaveLength(20_000);
  });
});
