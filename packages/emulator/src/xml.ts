/**
 * XML in and out. Writing is by hand, because the prolog's single quotes and the bare double quotes in `<ETag>` are
 * part of what clients see. Reading is by fast-xml-parser with its entity processing off: documents with a DTD are
 * refused, and only the five predefined entities and character references are decoded, here.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { refusal } from './errors.ts';

/** Namespace of service and object listings, as the service writes it. */
export const LISTING_NAMESPACE = 'http://doc.s3.amazonaws.com/2006-03-01';
/** Namespace of multipart documents. */
export const MULTIPART_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

// Control characters have no literal form in XML 1.0; a reference is what S3 sends for them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is searched for
const special = /[&<>\u0000-\u0008\u000b-\u001f]/g;

function escaped(text: string): string {
  return text.replace(special, (character) => {
    if (character === '&') return '&amp;';
    if (character === '<') return '&lt;';
    if (character === '>') return '&gt;';
    return `&#${character.charCodeAt(0)};`;
  });
}

/** One element with text; empty for `undefined`. */
export function tag(name: string, text: string | number | boolean | undefined): string {
  return text === undefined ? '' : `<${name}>${typeof text === 'string' ? escaped(text) : text}</${name}>`;
}

/** One element with elements inside. */
export function group(name: string, ...inner: readonly string[]): string {
  return `<${name}>${inner.join('')}</${name}>`;
}

/** A whole document. */
export function document(root: string, namespace: string | undefined, ...inner: readonly string[]): string {
  const declaration = namespace === undefined ? '' : ` xmlns='${namespace}'`;
  return `<?xml version='1.0' encoding='UTF-8'?><${root}${declaration}>${inner.join('')}</${root}>`;
}

/** An element of a parsed document; names have lost their prefixes. */
export interface XmlElement {
  /** The text of the first child of that name. */
  text(name: string): string | undefined;
  /** Every child of that name. */
  children(name: string): readonly XmlElement[];
  /** The element's own text. */
  readonly own: string;
  attribute(name: string): string | undefined;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  trimValues: false,
});

/** Parses a request body and checks the name of its root. */
export function parseDocument(body: string, root: string): XmlElement {
  if (/<!(DOCTYPE|ENTITY)/i.test(body)) throw refusal('MalformedXML', 'A document type declaration is not allowed.');
  const parsed = parse(body);
  const found = isRecord(parsed) ? Object.keys(parsed).find((name) => name === root) : undefined;
  if (found === undefined || !isRecord(parsed)) throw refusal('MalformedXML', `Expected a ${root} document.`);
  return wrap(first(parsed[found]));
}

function parse(body: string): unknown {
  const valid = XMLValidator.validate(body);
  if (valid !== true) throw refusal('MalformedXML', valid.err.msg);
  try {
    return parser.parse(body);
  } catch (error) {
    // Nested too deeply, or a name such as `__proto__`.
    throw refusal('MalformedXML', (error as Error).message);
  }
}

function wrap(node: unknown): XmlElement {
  return {
    text: (name) => {
      const child = isRecord(node) ? first(node[name]) : undefined;
      return child === undefined ? undefined : textOf(child);
    },
    children: (name) => {
      const child = isRecord(node) && Object.hasOwn(node, name) ? node[name] : undefined;
      if (child === undefined) return [];
      return (Array.isArray(child) ? child : [child]).map(wrap);
    },
    own: textOf(node),
    attribute: (name) => {
      const value = isRecord(node) ? node[`@${name}`] : undefined;
      return typeof value === 'string' ? decoded(value) : undefined;
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function textOf(node: unknown): string {
  if (isRecord(node)) return decoded(String(node['#text'] ?? ''));
  return typeof node === 'string' ? decoded(node) : '';
}

const predefined = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (_, decimal, hexadecimal, name) => {
    if (name !== undefined) {
      const value = predefined.get(name);
      if (value === undefined) throw refusal('MalformedXML', `Unknown entity ${name}.`);
      return value;
    }
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    if (!(code <= 0x10ffff)) throw refusal('MalformedXML', 'A character reference is out of range.');
    return String.fromCodePoint(code);
  });
}
