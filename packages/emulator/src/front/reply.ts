/** Replies of services, as plain data; `send.ts` sends them. */
import type { OutgoingHttpHeaders } from 'node:http';

/** A body: bytes in memory, or a stream of chunks. */
export type ReplyBody = string | Buffer | AsyncIterable<Buffer>;

/** One reply. */
export interface Reply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: ReplyBody | undefined;
  /** Length of a streamed body, or of the body that a HEAD omits; absent means unknown (sent chunked). */
  readonly length?: number | undefined;
  /** Called when the reply was sent or failed. */
  readonly release?: (() => void) | undefined;
}
