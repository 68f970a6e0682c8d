/**
 * Elements of which a document has thousands, such as the objects of a listing. They nearly always look like the one
 * before: the same children in the same order, each holding text only. Such an element is read whole, by one regular
 * expression, in a fraction of the time that its tags take one by one.
 */
import { childText, type XmlElement } from './xml-element.ts';

/** Elements of one name inside the root, and which of their children's texts are wanted. */
export interface Records {
  readonly name: string;
  /** Names of children. */
  readonly fields: readonly string[];
  /** Told of each record in turn: the text of each field, of the first child with that name. */
  take(texts: readonly (string | undefined)[]): void;
}

/** Services leave a child out here and there: how many looks of records are known at once. */
const maxRememberedShapes = 4;

/** One look of a record. */
interface Look {
  readonly source: string;
  readonly pattern: RegExp;
  /** For each field the group of the pattern that holds its text; 0 when there is none. */
  readonly groups: readonly number[];
}

/** Hands the records of one document over. */
export class RecordReader {
  readonly #document: string;
  readonly #records: Records;
  readonly #decode: (text: string) => string;
  readonly #looks: Look[] = [];

  /** @param decode Decodes entities. */
  constructor(document: string, records: Records, decode: (text: string) => string) {
    this.#document = document;
    this.#records = records;
    this.#decode = decode;
  }

  isRecord(element: XmlElement): boolean {
    return element.name === this.#records.name;
  }

  /**
   * Takes a record that was read tag by tag, and those after it that look like one that is known.
   *
   * @returns Where the first thing that looks different begins.
   */
  take(record: XmlElement, start: number): number {
    this.#records.take(this.#records.fields.map((field) => childText(record, field)));
    this.#learn(record);
    let at = start;
    for (let end: number | undefined = at; end !== undefined; end = this.#takeOne(at)) at = end;
    return at;
  }

  /** Takes the record that begins somewhere, if its look is known. @returns Where it ends. */
  #takeOne(start: number): number | undefined {
    for (const { groups, pattern } of this.#looks) {
      pattern.lastIndex = start;
      const match = pattern.exec(this.#document);
      if (!match) continue;
      this.#records.take(this.#texts(match, groups));
      return pattern.lastIndex;
    }
    return undefined;
  }

  #texts(match: RegExpExecArray, groups: readonly number[]): (string | undefined)[] {
    // All of them are decoded, since an entity that is not defined is refused wherever it stands.
    const isPlain = !match[0].includes('&');
    const all = isPlain ? match : match.map((text, group) => (group === 0 ? text : this.#decode(text)));
    const texts: (string | undefined)[] = [];
    for (let field = 0; field < groups.length; field += 1) {
      const group = groups[field] as number;
      texts.push(group === 0 ? undefined : all[group]);
    }
    return texts;
  }

  #learn({ children, name, text }: XmlElement): void {
    if (
      this.#looks.length === maxRememberedShapes ||
      text !== '' ||
      children.some((child) => child.children.length > 0)
    )
      return;
    const names = children.map((child) => child.name);
    // No service uses names that mean something to a regular expression; if one did, it would be read tag by tag.
    if (![name, ...names].every((word) => /^\w+$/.test(word))) return;
    const source = `<${name}>${names.map((word) => `<${word}>([^<]*)</${word}>`).join('')}</${name}>`;
    if (this.#looks.some((look) => look.source === source)) return;
    const groups = this.#records.fields.map((field) => names.indexOf(field) + 1);
    this.#looks.push({ source, pattern: new RegExp(source, 'y'), groups });
  }
}
