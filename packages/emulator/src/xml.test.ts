import fc from 'fast-check';
import { expect, test } from 'vitest';
import { document, group, parseDocument, tag } from './xml.ts';

test('written documents can be read back', () => {
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
  [
    'an entity named like an inherited property',
    '<Delete><Quiet>&constructor;</Quiet></Delete>',
    (body: string) => parseDocument(body, 'Delete').text('Quiet'),
  ],
  ['another root', '<Remove/>'],
  ['more than 100 levels', `<Delete>${'<a>'.repeat(101)}${'</a>'.repeat(101)}</Delete>`],
  ...['__proto__', 'constructor', 'prototype'].flatMap((name): [string, string][] => [
    [`an element called ${name}`, `<Delete><${name}>x</${name}></Delete>`],
    [`a root called ${name}`, `<${name}/>`],
  ]),
  ['tags that do not close', '<Delete><Object></Delete>'],
  ['no XML', 'hello'],
])('%s is refused', (_, body, read = (text: string) => parseDocument(text, 'Delete').own) => {
  expect(() => read(body)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
});

test('any input is read or refused', () => {
  const names = ['Delete', 'Object', 'a:b', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '#text', 'é'];
  const piece = fc.oneof(
    fc.constantFrom(...names.flatMap((name) => [`<${name}>`, `</${name}>`, `<${name}/>`, `<${name} ${name}="x">`])),
    fc.constantFrom('<!--', '-->', '<![CDATA[', ']]>', '<?xml', '?>', '&amp;', '&#65;', '&#x110000;', '&', '<', '"'),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const body = `<Delete>${pieces.join('')}</Delete>`;
      try {
        for (const element of parseDocument(body, 'Delete').children('Object')) element.text('Key');
      } catch (error) {
        expect(error).toMatchObject({ code: 'MalformedXML' });
      }
    }),
    { numRuns: 1000 },
  );
});
