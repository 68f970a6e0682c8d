/**
 * The log of the last requests, for tests that count exchanges. It holds no credentials: it does not store headers, and
 * redacts the signature of a signed URL.
 */
import type { Service } from './faults.ts';

/** One request, as the server saw it. */
export interface JournalEntry {
  readonly service: Service;
  readonly method: string;
  /** The request target as sent, not decoded. */
  readonly target: string;
  /** Names of the headers that the signature covers, sorted; empty when it covers none, or there is none. */
  readonly signedHeaders: readonly string[];
  /** 0 until there is a response. */
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
/** Limit for all their targets and header names. One request can have 64 KiB of them. */
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
  /** Entries before this one are dropped. They are removed in batches, because removing each would cost too much. */
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
  // Only this encoding is decoded: others may be malformed, and the service reports that.
  // A copy: a substring would keep the whole header in memory.
  const copy = Buffer.from(list, 'latin1').toString('latin1');
  return copy === '' ? [] : copy.split(/;|%3b/i).sort();
}

/** The target without the value of its signature. */
export function withoutSignature(target: string): string {
  return target.replace(/([?&](?:x-goog-|x-amz-)?signature=)[^&]*/gi, '$1REDACTED');
}
