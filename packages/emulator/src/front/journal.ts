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
const CAPACITY = 10_000;

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
  let next = 0;
  return {
    add(entry) {
      entries[next % CAPACITY] = entry;
      next++;
      return entry;
    },
    list() {
      const oldest = next > CAPACITY ? next % CAPACITY : 0;
      return [...entries.slice(oldest), ...entries.slice(0, oldest)];
    },
    clear() {
      entries = [];
      next = 0;
    },
  };
}

/** The names of signed headers, from the `authorization` header or the query of a signed URL (V4 only). */
export function signedHeadersOf(authorization: string | undefined, target: string): string[] {
  const list =
    /SignedHeaders=([^,\s]+)/.exec(authorization ?? '')?.[1] ??
    /[?&]x-(?:goog|amz)-signedheaders=([\w%;-]*)/i.exec(target)?.[1] ??
    '';
  // Any other encoding may be malformed, which is for the service to say.
  return list === '' ? [] : list.split(/;|%3b/i).sort();
}

/** The target without the value of its signature. */
export function withoutSignature(target: string): string {
  return target.replace(/([?&](?:x-goog-|x-amz-)?signature=)[^&]*/gi, '$1REDACTED');
}
