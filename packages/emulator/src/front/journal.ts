/**
 * The log of the last requests, for tests that count exchanges. It holds no credentials: headers are not kept, and the
 * signature of a signed URL is blanked.
 */
import type { Service } from './faults.ts';

/** One request, as seen by the server. */
export interface JournalEntry {
  readonly service: Service;
  readonly method: string;
  /** The request target as sent, not decoded. */
  readonly target: string;
  /** Names of the headers that the signature covers, sorted; empty when it covers none, or there is none. */
  readonly signedHeaders: readonly string[];
  /** 0 while there is no answer yet. */
  status: number;
  /** Declared by the request's Content-Length; 0 when chunked or absent. */
  readonly requestBytes: number;
  /** Body bytes handed to the socket. */
  responseBytes: number;
  /** The kind of fault that was applied. */
  readonly fault?: string;
  /** When the request arrived, Unix milliseconds. */
  readonly at: number;
}

/** How many requests are kept. */
export const MAX_ENTRIES = 10_000;
/** How long their targets and names of headers may be together. One request can have 64 KiB of them. */
export const MAX_TEXT_BYTES: number = 16 * 1024 * 1024;

/** The log. */
export interface Journal {
  add(entry: JournalEntry): JournalEntry;
  /** Oldest first. */
  list(): readonly JournalEntry[];
  clear(): void;
}

/** An empty log. */
export function createJournal(): Journal {
  let entries: JournalEntry[] = [];
  /** Entries before this one are dropped: cut off now and then, for cutting off each would cost too much. */
  let first = 0;
  let textBytes = 0;
  return {
    add(entry) {
      entries.push(entry);
      textBytes += textBytesOf(entry);
      while (entries.length - first > MAX_ENTRIES || (textBytes > MAX_TEXT_BYTES && first < entries.length - 1)) {
        textBytes -= textBytesOf(entries[first] as JournalEntry);
        first++;
      }
      if (first > entries.length / 2) {
        entries = entries.slice(first);
        first = 0;
      }
      return entry;
    },
    list: () => entries.slice(first),
    clear() {
      entries = [];
      first = 0;
      textBytes = 0;
    },
  };
}

function textBytesOf({ target, signedHeaders }: JournalEntry): number {
  return signedHeaders.reduce((sum, name) => sum + name.length, target.length);
}

/** The names of signed headers, from the `authorization` header or the query of a signed URL (V4 only). */
export function signedHeadersOf(authorization: string | undefined, target: string): string[] {
  const list =
    /SignedHeaders=([^,\s]+)/.exec(authorization ?? '')?.[1] ??
    /[?&]x-(?:goog|amz)-signedheaders=([\w%;-]*)/i.exec(target)?.[1] ??
    '';
  // Any other encoding may be malformed, which is for the service to say.
  // A copy: text cut out of a header would keep all of it in memory.
  const copy = Buffer.from(list, 'latin1').toString('latin1');
  return copy === '' ? [] : copy.split(/;|%3b/i).sort();
}

/** The target without the value of its signature. */
export function withoutSignature(target: string): string {
  return target.replace(/([?&](?:x-goog-|x-amz-)?signature=)[^&]*/gi, '$1REDACTED');
}
