/** Lines of JSON: the form of all objects of a plan. */
import { createHash } from 'node:crypto';

/** A first line about the others, and the others. */
export interface Lines<Head, Item> {
  readonly head: Head;
  readonly items: readonly Item[];
}

/** Writes lines. */
export function encodeLines(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

/** Reads lines. Times are texts in JSON. @throws {SyntaxError} */
export function decodeLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line, asDate) as unknown);
}

/** Fields that are times. */
const times: readonly string[] = [
  'createdAt',
  'startedAt',
  'finishedAt',
  'lastModified',
  'modifiedAfter',
  'modifiedBefore',
];

function asDate(field: string, value: unknown): unknown {
  return typeof value === 'string' && times.includes(field) ? new Date(value) : value;
}

/** SHA-256 of a text, in hexadecimal. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
