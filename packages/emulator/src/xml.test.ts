import fc from 'fast-check';
import { expect, test } from 'vitest';
import { document, group, parseDocument, tag } from './xml.ts';

test('what is written is read back', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((value) => !/[\r\ufffe\uffff]/.test(value));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (keys) => {
      const body = document('Delete', undefined, ...keys.map((key) => group('Object', tag('Key', key))));
      const read = parseDocument(body, 'Delete').children('Object');
      expect(read.map((element) => element.text('Key'))).toEqual(keys);
    }),
  );
});

test('namespaces and prefixes do not matter', () => {
  const body = '<x:Delete xmlns:x="urn:x"><x:Quiet>true</x:Quiet></x:Delete>';
  expect(parseDocument(body, 'Delete').text('Quiet')).toBe('true');
});

test.each([
  ['a document type', '<!DOCTYPE a><Delete/>'],
  ['an entity', '<!ENTITY a "b"><Delete/>'],
  [
    'an unknown entity',
    '<Delete><Quiet>&evil;</Quiet></Delete>',
    (body: string) => parseDocument(body, 'Delete').text('Quiet'),
  ],
  ['another root', '<Remove/>'],
  ['tags that do not close', '<Delete><Object></Delete>'],
  ['no XML', 'hello'],
])('%s is refused', (_, body, read = (text: string) => parseDocument(text, 'Delete').own) => {
  expect(() => read(body)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
});
