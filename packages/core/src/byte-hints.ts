/** Hints for error messages: how to convert a value that holds bytes but has the wrong type. */
import { classNameOf } from './arguments.ts';

/** What the argument must be: all bytes at once, or a source that is read piece by piece. */
type Wanted = 'bytes' | 'source';

/** The hint for each. */
type Hints = Readonly<Record<Wanted, string>>;

const inMemory = 'for data in memory use writeObject';
const blob: Hints = { bytes: 'pass new Uint8Array(await blob.arrayBuffer())', source: 'pass blob.stream()' };
const view: Hints = { bytes: 'pass new Uint8Array(view.buffer, view.byteOffset, view.byteLength)', source: inMemory };
const stream: Hints = { bytes: 'for a stream use uploadObjectViaStream', source: '' };

/** By class name, which is the same in every realm. */
const hints: ReadonlyMap<string | undefined, Hints> = new Map([
  ['ArrayBuffer', { bytes: 'pass new Uint8Array(buffer)', source: inMemory }],
  // A copy, because another thread may change the bytes while they are sent.
  ['SharedArrayBuffer', { bytes: 'pass a copy: new Uint8Array(buffer).slice()', source: inMemory }],
  ['Blob', blob],
  ['File', blob],
  ['Response', { bytes: 'pass new Uint8Array(await response.arrayBuffer())', source: 'pass response.body' }],
  ['Promise', { bytes: 'await it first', source: 'await it first' }],
]);

/** What to pass instead of a value, as the end of an error message; empty when the value holds no bytes. */
export function byteHint(value: unknown, wanted: Wanted): string {
  const hint = hintsFor(value)?.[wanted];
  return hint ? `; ${hint}` : '';
}

function hintsFor(value: unknown): Hints | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) return view;
  try {
    return hints.get(classNameOf(value)) ?? (Symbol.asyncIterator in value ? stream : undefined);
  } catch {
    // A proxy may throw on any access.
    return undefined;
  }
}
