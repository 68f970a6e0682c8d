/**
 * Reads the XML in responses of services: elements and text only.
 *
 * Ignores namespaces (only local names count), and parses attributes only in {@link attributeOf}. Refuses document
 * types and entity definitions: no service sends one, and attacks on XML readers use entity expansion. Elements that a
 * document has thousands of can be read as records, without a tree; see docs/adr/0012-reading-xml.md.
 */
import { CloudError } from '../errors.ts';
import type { XmlElement } from './xml-element.ts';
import { piecesOf, RecordReader, type Records } from './xml-records.ts';

/** The state of reading a document. */
interface Reading {
  /** The document, or the piece of it that is being read. */
  document: string;
  /** The open elements, from the root's parent inwards. */
  readonly open: XmlElement[];
  readonly records: RecordReader | undefined;
}

/**
 * Maximum number of tags, not counting records. It limits how long a malicious response can block the thread. The
 * longest valid response is a listing of all containers of an account.
 */
const maxTags = 200_000;

/** Maximum length of a tag with its attributes. Valid tags are shorter. */
const maxTagLength = 64 * 1024;

/** Maximum depth of elements. Valid responses are less deep. */
const maxDepth = 32;

/**
 * Reads a document.
 *
 * @param document Its text, or its bytes in UTF-8, which take less time.
 * @param records Elements inside the root to read as records. They are not added to the root's children.
 * @returns The root element.
 * @throws {CloudError} `malformed-response` when it is not well-formed, or has a document type.
 */
export function readXml(document: string | Uint8Array, records?: Records): XmlElement {
  const top: XmlElement = { name: '', text: '', children: [] };
  const open: XmlElement[] = [top];
  const reading: Reading = { document: '', open, records: records && new RecordReader(records, decodeEntities) };
  let tags = 0;
  for (const piece of typeof document === 'string' ? [document] : piecesOf(document, records)) {
    reading.document = piece;
    for (let at = 0; ; tags += 1) {
      const tagStart = piece.indexOf('<', at);
      if (tagStart !== at) readText(piece.slice(at, tagStart < 0 ? undefined : tagStart), open);
      if (tagStart < 0) break;
      if (tags === maxTags) throw malformed(`more than ${maxTags} tags`);
      at = readTag(reading, tagStart);
    }
  }
  const [root] = top.children;
  if (open.length !== 1 || !root || top.children.length !== 1)
    throw malformed('an element is not closed, or there is not exactly one root');
  return root;
}

function readText(text: string, open: readonly XmlElement[]): void {
  if (open.length > 1) (open[open.length - 1] as XmlElement).text += decodeEntities(text);
  else if (text.trim() !== '' && text !== '\ufeff') throw malformed('text outside of the document element');
}

/** Reads a tag, comment or section at `start`. @returns The start of the text after it. */
function readTag(reading: Reading, start: number): number {
  const { document, open } = reading;
  const kind = document[start + 1];
  if (kind === '?') return endOf(document, start + 2, '?>');
  if (kind === '!') return readMarkup(document, start, open);
  const end = tagEnd(document, start);
  const element = open[open.length - 1] as XmlElement;
  if (kind === '/') {
    const isNamed = document.startsWith(element.name, start + 2) && end === start + 2 + element.name.length;
    if (open.length === 1 || !(isNamed || localName(document.slice(start + 2, end).trimEnd()) === element.name)) {
      throw malformed('a closing tag without its opening tag');
    }
    open.pop();
    return add(reading, element, end + 1);
  }
  const isEmpty = document[end - 1] === '/';
  const inside = document.slice(start + 1, isEmpty ? end - 1 : end);
  const name = localName(isPlain(inside) ? inside : inside.replace(/\s[\s\S]*/, ''));
  if (name === '') throw malformed('a tag without a name');
  const attributes = isPlain(inside) ? '' : inside.replace(/^\S+\s*/, '');
  const child: XmlElement = { name, text: '', children: [], ...(attributes && { attributes }) };
  if (isEmpty) return add(reading, child, end + 1);
  // Most elements hold only text. Read those up to the closing tag at once.
  const next = document.indexOf('<', end);
  const closing = next + 2 + inside.length;
  if (document[next + 1] === '/' && document[closing] === '>' && document.startsWith(inside, next + 2)) {
    child.text = decodeEntities(document.slice(end + 1, next));
    return add(reading, child, closing + 1);
  }
  if (open.push(child) > maxDepth) throw malformed('elements are nested too deeply');
  return end + 1;
}

/** Adds an element to its parent, or takes it as a record. @returns The start of the rest. */
function add({ document, open, records }: Reading, element: XmlElement, end: number): number {
  if (open.length === 2 && records?.isRecord(element)) return records.take(element, document, end);
  (open[open.length - 1] as XmlElement).children.push(element);
  return end;
}

/** Whether a tag holds only a name, as nearly all do. */
function isPlain(inside: string): boolean {
  for (let at = 0; at < inside.length; at += 1) if (inside.charCodeAt(at) <= 0x20) return false;
  return true;
}

function readMarkup(document: string, start: number, open: XmlElement[]): number {
  if (document.startsWith('<!--', start)) return endOf(document, start + 4, '-->');
  if (document.startsWith('<![CDATA[', start) && open.length > 1) {
    const end = endOf(document, start + 9, ']]>');
    (open[open.length - 1] as XmlElement).text += document.slice(start + 9, end - 3);
    return end;
  }
  throw malformed('a document type or entity definition, which is refused');
}

/** The end of a tag: the first `>` outside of quotes. */
function tagEnd(document: string, start: number): number {
  const end = document.indexOf('>', start);
  if (end < 0) throw malformed('a tag is cut off');
  const last = Math.min(document.length, start + maxTagLength);
  if (end > start + maxTagLength) throw malformed(`a tag of more than ${maxTagLength} characters`);
  if (!hasQuote(document, start, end)) return end;
  for (let at = start, within = ''; at < last; at += 1) {
    const sign = document[at] as string;
    if (within === '' && sign === '>') return at;
    if (within === '' && (sign === '"' || sign === "'")) within = sign;
    else if (sign === within) within = '';
  }
  throw malformed('a tag is cut off, or too long');
}

function hasQuote(document: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = document.charCodeAt(at);
    if (code === 0x22 || code === 0x27) return true;
  }
  return false;
}

function endOf(document: string, start: number, mark: string): number {
  const end = document.indexOf(mark, start);
  if (end < 0) throw malformed(`no ${mark} before the end`);
  return end + mark.length;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Maximum length of a reference between `&` and `;`: `#1114111`. */
const maxReferenceLength = 8;

function decodeEntities(text: string): string {
  let start = text.indexOf('&');
  if (start < 0) return text;
  let decoded = '';
  let at = 0;
  for (; start >= 0; start = text.indexOf('&', at)) {
    const end = text.indexOf(';', start);
    const isShort = end > start && end - start <= maxReferenceLength + 1;
    const character = isShort ? characterOf(text.slice(start + 1, end)) : undefined;
    if (character === undefined) throw malformed('an entity that XML does not define');
    decoded += text.slice(at, start) + character;
    at = end + 1;
  }
  return decoded + text.slice(at);
}

/** The character for a reference, given without `&` and `;`. */
function characterOf(reference: string): string | undefined {
  if (Object.hasOwn(named, reference)) return named[reference];
  const number = /^#(?:(\d{1,7})|x([\da-fA-F]{1,6}))$/.exec(reference);
  if (!number) return undefined;
  const codePoint = Number.parseInt(number[1] ?? number[2] ?? '', number[1] ? 10 : 16);
  return isCharacter(codePoint) ? String.fromCodePoint(codePoint) : undefined;
}

/**
 * Whether a reference may encode this: any character of XML, and control characters and NUL, which object names may
 * have.
 */
function isCharacter(codePoint: number): boolean {
  return codePoint >= 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
}

function malformed(what: string): CloudError {
  return new CloudError('malformed-response', `the response is not the expected XML: ${what}`);
}

// XML has no literal form for control characters; S3 services write and read references to them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters
const special = /[&<>\u0000-\u0008\u000b-\u001f]/g;
const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escapes text for use inside an element. */
export function escapeXml(text: string): string {
  return text.replace(special, (sign) => references[sign] ?? `&#${sign.charCodeAt(0)};`);
}

/** The value of an attribute, by its local name. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  for (const [, known = '', , value = ''] of (element.attributes ?? '').matchAll(
    /(?:^|\s)([^\s=]+)\s*=\s*(["'])(.*?)\2/gs,
  )) {
    if (localName(known) === name) return decodeEntities(value);
  }
  return undefined;
}
