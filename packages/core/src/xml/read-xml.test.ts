/** Reading XML: any notation, and any other input. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { surroundings, writtenElements } from '../../testing/xml-writer.ts';
import { isCloudError } from '../errors.ts';
import { attributeOf, escapeXml, readXml } from './read-xml.ts';
import { childOf, childrenOf, childText, type XmlElement } from './xml-element.ts';

/** Whether a document is refused as malformed; any other failure is thrown. */
function isRefused(document: string): boolean {
  try {
    readXml(document);
    return false;
  } catch (failure) {
    if (isCloudError(failure, 'malformed-response')) return true;
    throw failure;
  }
}

function withoutAttributes({ name, text, children }: XmlElement): XmlElement {
  return { name, text, children: children.map(withoutAttributes) };
}

describe('any document', () => {
  test('is read correctly in any notation', () => {
    fc.assert(
      fc.property(surroundings, writtenElements, surroundings, (before, { expected, xml }, after) => {
        expect(withoutAttributes(readXml(before + xml + after))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('is refused when it is cut off', () => {
    fc.assert(
      fc.property(writtenElements, fc.nat(), ({ xml }, at) => isRefused(xml.slice(0, at % xml.length))),
      { numRuns: 500 },
    );
  });

  test('is refused when another follows', () => {
    fc.assert(fc.property(writtenElements, writtenElements, (one, other) => isRefused(one.xml + other.xml)));
  });

  test('is read back after escapeXml', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => readXml(`<a>${escapeXml(text)}</a>`).text === text));
  });
});

test('any control character is read from its number, including NUL', () => {
  const codes = Array.from({ length: 0x20 }, (_, code) => code);
  const text = codes.map((code) => `&#${code};&#x${code.toString(16)};`).join('');
  expect(readXml(`<a>${text}</a>`).text).toBe(codes.map((code) => String.fromCharCode(code).repeat(2)).join(''));
});

test('control characters are written as numbers, unless XML has a literal form', () => {
  expect(escapeXml('a\0b\x1f\r\t\n')).toBe('a&#0;b&#31;&#13;\t\n');
});

describe('anything else', () => {
  test('is read or refused, never another failure', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => typeof isRefused(text) === 'boolean'),
    );
  });

  const pieces = ['<', '>', '</', '/>', 'a', ':', '"', "'", '=', ' ', '<a>', '</a>', '<!--', '-->', '<![CDATA[', ']]>'];
  const more = [
    '<?',
    '?>',
    '<!DOCTYPE',
    '<!ENTITY',
    '&',
    '&amp;',
    '&#',
    '&#x',
    ';',
    '\ufeff',
    '\0',
    '\ud800',
    ']]',
    '--',
  ];
  test('made of pieces of XML is read or refused, never another failure', () => {
    const markup = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 40 }).map((some) => some.join(''));
    fc.assert(
      fc.property(markup, (text) => typeof isRefused(text) === 'boolean'),
      { numRuns: 2000 },
    );
  });

  /** In quadratic time this would exceed the test's timeout. */
  const many = 200_000;
  test.each([
    ['opening tags', '<a>'.repeat(many)],
    ['closing tags', `<a>${'</a>'.repeat(many)}`],
    ['opening brackets', '<'.repeat(many)],
    ['quotes that never end', `<a ${'\'"'.repeat(many)}`],
    ['tags within quotes', `<a b="${'<c>'.repeat(many)}`],
    ['ampersands', `<a>${'&'.repeat(many)}`],
    ['comments that never end', '<!--'.repeat(many)],
    ['instructions that never end', '<?'.repeat(many)],
    ['sections that never end', `<a>${'<![CDATA['.repeat(many)}`],
    ['a name that never ends', `<${'a'.repeat(many)}`],
    ['spaces within a tag', `<a${' '.repeat(many)}`],
  ])('is refused in linear time: %s', (_, document) => {
    expect(isRefused(document)).toBe(true);
  });
});

describe('refuses', () => {
  const laughs = Array.from({ length: 9 }, (_, index) => `<!ENTITY lol${index + 1} "${`&lol${index};`.repeat(10)}">`);
  test.each([
    ['an empty document', ''],
    ['white space', ' \n'],
    ['text', 'Service Unavailable'],
    ['text before the root', 'x<a/>'],
    ['text after the root', '<a/>x'],
    ['two roots', '<a/><b/>'],
    ['a closing tag alone', '</a>'],
    ['a closing tag of another name', '<a></b>'],
    ['crossed tags', '<a><b></a></b>'],
    ['a tag without a name', '<a>< /></a>'],
    ['an element that is not closed', '<a><b></a>'],
    ['an attribute that is not closed', '<a b="c></a>'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['a document type in small letters', '<!doctype html><html></html>'],
    ['a document type within an element', '<a><!DOCTYPE b></a>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a billion laughs', `<!DOCTYPE a [<!ENTITY lol0 "lol">${laughs.join('')}]><a>&lol9;</a>`],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % x "y"> %x;]><a/>'],
    ['an undefined entity', '<a>&nbsp;</a>'],
    ['an entity named like an inherited property', '<a>&constructor;</a>'],
    ['an ampersand alone', '<a>AT&T</a>'],
    ['an entity that is not closed', '<a>&amp</a>'],
    ['a character beyond Unicode', '<a>&#x110000;</a>'],
    ['a character without a number', '<a>&#;</a>'],
    ['a section instead of a root', '<![CDATA[x]]>'],
    ['a section before the root', '<![CDATA[x]]><a/>'],
    ['elements that are too deep', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`],
    ['too many tags', `<a>${'<b/>'.repeat(200_000)}</a>`],
    ['too many comments', `<a>${'<!---->'.repeat(200_000)}</a>`],
    ['a tag that is too long', `<a ${'b'.repeat(70_000)}/>`],
    ['a quote that is too long', `<a b="${'>'.repeat(70_000)}"/>`],
  ])('%s', (_, document) => expect(isRefused(document)).toBe(true));
});

describe('reads', () => {
  test('literal quotes in text', () => expect(readXml('<ETag>"abc"</ETag>').text).toBe('"abc"'));
  test('a prolog in single quotes', () => {
    expect(readXml("<?xml version='1.0' encoding='UTF-8'?><a/>").name).toBe('a');
  });
  test('a byte order mark', () => expect(readXml('\ufeff<a/>').name).toBe('a'));
  test('a default namespace', () => {
    expect(readXml("<ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'/>").name).toBe('ListBucketResult');
  });
  test('a name without its prefix', () => {
    const { children, name } = readXml('<s:a xmlns:s="urn:s"><s:b/></s:a>');
    expect([name, children[0]?.name]).toEqual(['a', 'b']);
  });
  test('brackets within attributes', () => expect(readXml('<a b="1>2" c=\'/>\'>x</a>').text).toBe('x'));
  test('text around children', () => expect(readXml('<a>x<b/>y</a>').text).toBe('xy'));
  test('white space in text', () => expect(readXml('<a>  x \n</a>').text).toBe('  x \n'));
  test('an entity only once', () => expect(readXml('<a>&amp;lt;</a>').text).toBe('&lt;'));
  test('a listing of all containers of an account', () => {
    expect(readXml(`<a>${'<b/>'.repeat(150_000)}</a>`).children).toHaveLength(150_000);
  });
  test('a tag with long attributes', () => {
    expect(readXml(`<a b="${'c'.repeat(60_000)}"/>`).name).toBe('a');
  });
  test('elements as deep as valid responses', () => {
    expect(isRefused(`${'<a>'.repeat(20)}${'</a>'.repeat(20)}`)).toBe(false);
  });
});

describe('reading an element', () => {
  const element = readXml('<a><b>1</b><c/><b>2</b></a>');
  test('childText returns the text of the first child', () => expect(childText(element, 'b')).toBe('1'));
  test('childText returns an empty string for an empty child', () => expect(childText(element, 'c')).toBe(''));
  test('childText returns undefined without a child', () => expect(childText(element, 'd')).toBeUndefined());
  test('childOf returns the first child', () => expect(childOf(element, 'b')?.text).toBe('1'));
  test('childrenOf returns all children', () =>
    expect(childrenOf(element, 'b').map(({ text }) => text)).toEqual(['1', '2']));
});

describe('attributeOf', () => {
  const read = (tag: string, name: string) => attributeOf(readXml(`<${tag}/>`), name);

  test.each([
    [`Scope type="UserById"`, 'UserById'],
    [`Scope type='UserById'`, 'UserById'],
    [`Scope\n  other='type="no"'\ttype = "a&amp;'b"`, "a&'b"],
    [`ns:Scope xsi:type="Group" xmlns:xsi="x"`, 'Group'],
    [`Scope type=""`, ''],
  ])('reads it from <%s/>', (tag, expected) => expect(read(tag, 'type')).toBe(expected));
  test('finds none in a tag without it', () => {
    expect(read('Scope', 'type')).toBeUndefined();
    expect(read('Scope subtype="x"', 'type')).toBeUndefined();
  });
  test('reads it from an element with text or children', () => {
    expect(attributeOf(readXml('<a type="b">text</a>'), 'type')).toBe('b');
    expect(attributeOf(readXml('<a type="b"><c/></a>'), 'type')).toBe('b');
  });
});
