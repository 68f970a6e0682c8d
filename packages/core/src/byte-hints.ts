/** How to pass on what holds bytes but is not taken as it is, for the ends of messages. */
import { classNameOf } from './arguments.ts';

/** What is taken: all bytes at once, or a source of them piece by piece. */
type Wanted = 'bytes' | 'source';

/** A way for each. */
type Ways = Readonly<Record<Wanted, string>>;

const inMemory = 'for what is in memory use writeObject';
const blob: Ways = { bytes: 'pass new Uint8Array(await blob.arrayBuffer())', source: 'pass blob.stream()' };
const view: Ways = { bytes: 'pass new Uint8Array(view.buffer, view.byteOffset, view.byteLength)', source: inMemory };
const stream: Ways = { bytes: 'for what comes piece by piece use uploadObjectViaStream', source: '' };

/** By the name of the class, which is the same in every realm. */
const ways: ReadonlyMap<string | undefined, Ways> = new Map([
  ['ArrayBuffer', { bytes: 'pass new Uint8Array(buffer)', source: inMemory }],
  // A copy, since another thread may change the bytes while they are sent.
  ['SharedArrayBuffer', { bytes: 'pass a copy: new Uint8Array(buffer).slice()', source: inMemory }],
  ['Blob', blob],
  ['File', blob],
  ['Response', { bytes: 'pass new Uint8Array(await response.arrayBuffer())', source: 'pass response.body' }],
  ['Promise', { bytes: 'await it first', source: 'await it first' }],
]);

/** What to pass instead of a value, as the end of a message; nothing when it holds no bytes. */
export function byteHint(value: unknown, wanted: Wanted): string {
  const way = waysOf(value)?.[wanted];
  return way ? `; ${way}` : '';
}

function waysOf(value: unknown): Ways | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) return view;
  try {
    return ways.get(classNameOf(value)) ?? (Symbol.asyncIterator in value ? stream : undefined);
  } catch {
    // A proxy may throw when it is looked at.
    return undefined;
  }
}
