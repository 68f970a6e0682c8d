/** Streams of unknown length: their bytes go straight into the draft, in order. */
import {
  type CheckedWrite,
  copy,
  discard,
  type ObjectLocation,
  type OrderedUploads,
  write as writeBytes,
} from '@isobar/core/provider';
import { about } from './finding.ts';
import { beginDraft, commit, type Draft, type Target } from './writing.ts';

/** A stream that is being written. */
interface Session extends ObjectLocation, Draft {
  readonly write: CheckedWrite;
}

/** What one step writes. Two of them are in memory. */
const chunkBytes = 8 * 1024 * 1024;

/** Writes streams. */
export function streamsInto(target: Target): OrderedUploads<CheckedWrite, Session> {
  return {
    fileBytes: chunkBytes,
    streamBytes: chunkBytes,
    *begin(write) {
      return { ...write.location, write, ...(yield* beginDraft(target, write)) };
    },
    *put(session, { body, endBytes, startBytes, whole }, onProgress) {
      const { staged, write } = session;
      if (body instanceof Uint8Array) yield* about(session, writeBytes(staged, startBytes, body));
      else yield* copy(body, staged, startBytes, []);
      onProgress?.(endBytes - startBytes);
      if (!whole) return { storedBytes: endBytes };
      const { object } = yield* commit(target, session, write, { ...whole, headers: write.headers });
      return { storedBytes: endBytes, finished: { version: object.version } };
    },
    cancel: ({ staged }) => discard(staged),
  };
}
