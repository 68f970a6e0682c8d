/**
 * Uploads of files that another process may go on with: what `exCreateResumableUpload` and its companions do.
 *
 * @see https://cloud.google.com/storage/docs/resumable-uploads
 */
import {
  type ContainerReference,
  describe,
  type FileRange,
  fileCrc32c,
  invalidArgument,
  type Operation,
  pathOf,
  type TransferOptions,
} from '@isobar/core/provider';
import type { GoogleUploadOptions } from '../call-options.ts';
import { encodeName } from '../dialect/encode.ts';
import { integrityFailure } from '../failures.ts';
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
import { sendFile, tooMuch } from './resumable-transfers.ts';
import { checkUpload } from './uploads.ts';

/**
 * An upload under way, as plain data: keep it as JSON, and go on in another process. Who has it can write the object
 * without credentials until it expires after a week, so it is a secret.
 */
export interface ResumableUpload {
  readonly container: string;
  /** Name of the object that it will become. */
  readonly name: string;
  /** Where the bytes go. Anybody who knows this address may send them. */
  readonly sessionUri: string;
}

/** How far a resumable upload has come. */
export interface ResumableUploadStatus {
  readonly storedBytes: number;
  /** The object, once the upload is complete. */
  readonly object?: GoogleObject;
}

/** Begins an upload; what goes with the object is settled here. One exchange. */
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

/** How far an upload has come. One exchange, two when it is complete. */
export function* getResumableUpload(scope: Scope, upload: ResumableUpload): Operation<ResumableUploadStatus> {
  const session = sessionOf(scope, upload);
  const { finished, storedBytes } = yield* probeSession(scope, session);
  if (!finished) return { storedBytes };
  const object = yield* headStored(scope, upload, finished.headers['x-goog-generation']);
  return { storedBytes: object.sizeBytes, object };
}

/** Sends what is still missing of a file. */
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
  if (state.storedBytes > sizeBytes) throw tooMuch(session, state.storedBytes, sizeBytes);
  options.onProgress?.({ transferredBytes: state.storedBytes, totalBytes: sizeBytes });
  return yield* sendFile(scope, session, file, state.storedBytes, options.onProgress);
}

/** An upload that was complete already, the answer to its end lost: the object stays, whatever the file is. */
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
    `the upload is complete, but of another file: ${object.sizeBytes} bytes, CRC32C ${object.extra.crc32c}; this one has ${sizeBytes} and ${checksum}`,
  );
}

/** Drops an upload and what is stored of it. One exchange. */
export function* cancelResumableUpload(scope: Scope, upload: ResumableUpload): Operation<void> {
  yield* cancelSession(scope, sessionOf(scope, upload));
}

/** The session of an upload that may come from anywhere: it must lead to this endpoint and this object. */
function sessionOf(scope: Scope, upload: ResumableUpload): Session {
  if (typeof upload !== 'object' || upload === null) {
    throw invalidArgument('upload', `must be what exCreateResumableUpload gave, not ${describe(upload)}`);
  }
  const { container, name: object } = checkedLocation(upload, 'upload');
  const { sessionUri } = upload;
  const path = `/${container}/${encodeName(object)}?`;
  // Never shown, as it may be the right one for something else.
  if (
    typeof sessionUri !== 'string' ||
    !sessionUri.startsWith(scope.origin + path) ||
    /[^\x21-\x7e]|#/.test(sessionUri)
  ) {
    throw invalidArgument('upload.sessionUri', `must be an address at ${scope.origin} of the object that it goes with`);
  }
  return { container, object, path: sessionUri.slice(scope.origin.length) };
}
