/**
 * Uploads of files that another process can continue: `exCreateResumableUpload` and related methods.
 *
 * @see https://cloud.google.com/storage/docs/resumable-uploads
 */
import {
  type ContainerReference,
  describe,
  type FileRange,
  fileCrc32c,
  integrityFailure,
  invalidArgument,
  type Operation,
  pathOf,
  type TransferOptions,
} from '@isobar/core/provider';
import { encodeName } from '@isobar/s3-dialect';
import type { GoogleUploadOptions } from '../call-options.ts';
import { formatCrc32c, type GoogleObject } from '../models.ts';
import { checkedLocation } from '../names.ts';
import { headStored } from '../objects.ts';
import type { Scope } from '../requests.ts';
import { wholeFile } from './file-uploads.ts';
import {
  cancelSession,
  probeSession,
  type Session,
  type SessionState,
  startSession,
  subjectOf,
} from './resumable-sessions.ts';
import { sendFile, tooManyStored } from './resumable-transfers.ts';
import { checkUpload } from './uploads.ts';

/**
 * An unfinished upload, as plain data: save it as JSON and continue in another process. It is a secret: anyone who has
 * it can write the object without credentials until it expires after a week.
 */
export interface ResumableUpload {
  readonly container: string;
  /** Name of the target object. */
  readonly name: string;
  /** The URI to send bytes to. Anyone who has it can write the object. */
  readonly sessionUri: string;
}

/** The progress of a resumable upload. */
export interface ResumableUploadStatus {
  readonly storedBytes: number;
  /** The object, when the upload is complete. */
  readonly object?: GoogleObject;
}

/** Starts an upload. Fixes the object's headers and metadata. One exchange. */
export function* createResumableUpload(
  scope: Scope,
  container: ContainerReference,
  objectName: string,
  options: Omit<GoogleUploadOptions, 'onProgress'> = {},
): Operation<ResumableUpload> {
  const upload = checkUpload(container, objectName, options);
  const { path } = yield* startSession(scope, upload);
  return { container: upload.container, name: upload.object, sessionUri: `${scope.origin}${path}` };
}

/** The progress of an upload. One exchange, two when it is complete. */
export function* getResumableUpload(scope: Scope, upload: ResumableUpload): Operation<ResumableUploadStatus> {
  const session = sessionOf(scope, upload);
  const { finished, storedBytes } = yield* probeSession(scope, session);
  if (!finished) return { storedBytes };
  const object = yield* headStored(scope, upload, finished.headers['x-goog-generation']);
  return { storedBytes: object.sizeBytes, object };
}

/** Sends the rest of a file. */
export function* resumeUpload(
  scope: Scope,
  upload: ResumableUpload,
  filePath: string,
  options: TransferOptions = {},
): Operation<GoogleObject> {
  const session = sessionOf(scope, upload);
  const file = yield* wholeFile(pathOf('filePath', filePath));
  const { endBytes: sizeBytes } = file;
  const state = yield* probeSession(scope, session);
  if (state.finished) return yield* compareFinished(scope, session, state, file);
  if (state.storedBytes > sizeBytes) throw tooManyStored(session, state.storedBytes, sizeBytes);
  options.onProgress?.({ transferredBytes: state.storedBytes, totalBytes: sizeBytes });
  return yield* sendFile(scope, session, file, state.storedBytes, options.onProgress);
}

/**
 * Compares a file with an upload that is already complete, for example after a lost response. Never deletes the object.
 */
function* compareFinished(
  scope: Scope,
  session: Session,
  { finished }: SessionState,
  file: FileRange,
): Operation<GoogleObject> {
  const { container, object: name } = session;
  const { endBytes: sizeBytes } = file;
  const object = yield* headStored(scope, { container, name }, finished?.headers['x-goog-generation']);
  const checksum = formatCrc32c(yield* fileCrc32c(file));
  if (object.sizeBytes === sizeBytes && (object.extra.crc32c ?? checksum) === checksum) return object;
  throw integrityFailure(
    subjectOf(session),
    `the upload is complete, but with another file: ${object.sizeBytes} bytes, CRC32C ${object.extra.crc32c}; this file has ${sizeBytes} and ${checksum}`,
  );
}

/** Cancels an upload and discards its stored bytes. One exchange. */
export function* cancelResumableUpload(scope: Scope, upload: ResumableUpload): Operation<void> {
  yield* cancelSession(scope, sessionOf(scope, upload));
}

/** The session of an upload. The upload is untrusted data: its URI must name this endpoint and this object. */
function sessionOf(scope: Scope, upload: ResumableUpload): Session {
  if (typeof upload !== 'object' || upload === null) {
    throw invalidArgument('upload', `must be a result of exCreateResumableUpload, not ${describe(upload)}`);
  }
  const { container, name: object } = checkedLocation(upload, 'upload');
  const { sessionUri } = upload;
  const path = `/${container}/${encodeName(object)}?`;
  // The error does not quote the URI, which may be valid for another upload.
  if (
    typeof sessionUri !== 'string' ||
    !sessionUri.startsWith(scope.origin + path) ||
    /[^\x21-\x7e]|#/.test(sessionUri)
  ) {
    throw invalidArgument('upload.sessionUri', `must be a URI at ${scope.origin} for the upload's object`);
  }
  return { container, object, path: sessionUri.slice(scope.origin.length) };
}
