/**
 * Reads elements that a document has thousands of, such as the objects of a listing. Nearly all have the same layout as
 * the one before: the same children in the same order, with only text inside. One regular expression reads such an
 * element in a fraction of the time that reading it tag by tag takes.
 */
import { childText, type XmlElement } from './xml-element.ts';

/** Selects elements inside the root by name, and the child elements whose texts to read. */
export interface Records {
  readonly name: string;
  /** Names of children. */
  readonly fields: readonly string[];
  /** Called for each record in order, with the text of the first child for each field. */
  take(texts: readonly (string | undefined)[]): void;
}

/**
 * Size of the pieces, in bytes. V8 keeps a string of more than 128 KiB in memory of its own, which it asks the system for and
 * gives back each time: a page of a listing then takes forty times as long to decode. A character may take two bytes.
 */
const pieceBytes = 60 * 1024;

/** Keeps a byte order mark, which is skipped where it may be. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a document in pieces, each of which ends after a record. */
export function* piecesOf(document: Uint8Array, records: Records | undefined): Generator<string, void> {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  // A comment or a section may contain what looks like the end of a record.
  const isWhole = !records || bytes.includes('<!');
  const closing = records ? `</${records.name}>` : '';
  for (let at = 0; at < bytes.length; ) {
    const last = isWhole ? bytes.length : bytes.lastIndexOf(closing, at + pieceBytes);
    const next = last > at ? last : bytes.indexOf(closing, at + pieceBytes);
    const end = isWhole || next < 0 ? bytes.length : next + closing.length;
    yield decoder.decode(bytes.subarray(at, end));
    at = end;
  }
}

/** Maximum number of layouts to remember. There are several because services omit some children. */
const maxLayouts = 4;

/** A layout of a record. */
interface Layout {
  readonly source: string;
  readonly pattern: RegExp;
  /** For each field, the group of the pattern that holds its text; 0 when there is none. */
  readonly groups: readonly number[];
}

/** Reads the records of one document. */
export class RecordReader {
  readonly #records: Records;
  readonly #decode: (text: string) => string;
  readonly #layouts: Layout[] = [];

  /** @param decode Decodes entities. */
  constructor(records: Records, decode: (text: string) => string) {
    this.#records = records;
    this.#decode = decode;
  }

  isRecord(element: XmlElement): boolean {
    return element.name === this.#records.name;
  }

  /**
   * Takes a record that was read tag by tag, and those after it in the document that have a known layout.
   *
   * @returns The start of the first thing with another layout.
   */
  take(record: XmlElement, document: string, start: number): number {
    this.#records.take(this.#records.fields.map((field) => childText(record, field)));
    this.#learn(record);
    let at = start;
    for (let end: number | undefined = at; end !== undefined; end = this.#takeOne(document, at)) at = end;
    return at;
  }

  /** Takes the record at `start` if its layout is known. @returns Its end. */
  #takeOne(document: string, start: number): number | undefined {
    for (const { groups, pattern } of this.#layouts) {
      pattern.lastIndex = start;
      const match = pattern.exec(document);
      if (!match) continue;
      this.#records.take(this.#texts(match, groups));
      return pattern.lastIndex;
    }
    return undefined;
  }

  #texts(match: RegExpExecArray, groups: readonly number[]): (string | undefined)[] {
    // Decodes all texts, because an undefined entity must be refused in any of them.
    const isPlain = !match[0].includes('&');
    const all = isPlain ? match : match.map((text, group) => (group === 0 ? text : this.#decode(text)));
    const texts = new Array<string | undefined>(groups.length);
    for (let field = 0; field < groups.length; field += 1) {
      const group = groups[field] as number;
      texts[field] = group === 0 ? undefined : all[group];
    }
    return texts;
  }

  #learn({ children, name, text }: XmlElement): void {
    if (this.#layouts.length === maxLayouts || text !== '' || children.some((child) => child.children.length > 0))
      return;
    const names = children.map((child) => child.name);
    // Records whose names contain special characters of regular expressions are read tag by tag.
    if (![name, ...names].every((tag) => /^\w+$/.test(tag))) return;
    const source = `<${name}>${names.map((tag) => `<${tag}>([^<]*)</${tag}>`).join('')}</${name}>`;
    if (this.#layouts.some((layout) => layout.source === source)) return;
    const groups = this.#records.fields.map((field) => names.indexOf(field) + 1);
    this.#layouts.push({ source, pattern: new RegExp(source, 'y'), groups });
  }
}
