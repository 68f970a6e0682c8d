/**
 * Uploads of files that another process can continue: `exCreateResumableUpload` and related methods.
 *
 * @see https://cloud.google.com/storage/docs/resumable-uploads
 */
import {
  type ContainerReference,
  checkedLocation,
  checkUpload,
  describe,
  differenceOf,
  type FileRange,
  fileChecksums,
  headStored,
  integrityFailure,
  invalidArgument,
  locationAt,
  type Operation,
  type OrderedProgress,
  pathOf,
  sendFile,
  type TransferOptions,
  tooManyStored,
  wholeFile,
} from '@isobar/core/provider';
import { encodeName } from '@isobar/s3-dialect';
import type { GoogleUploadOptions } from './call-options.ts';
import type { GoogleObject } from './models.ts';
import { nameChecks } from './names.ts';
import type { Scope } from './requests.ts';
import { cancelSession, probeSession, type Session, sessionUploads, startSession } from './resumable-sessions.ts';
import type { GoogleService } from './service.ts';

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
  service: GoogleService,
  container: ContainerReference,
  objectName: string,
  options: Omit<GoogleUploadOptions, 'expectedSizeBytes' | 'onProgress'> = {},
): Operation<ResumableUpload> {
  const { write } = checkUpload(service, locationAt(service, container, objectName), options);
  const { container: bucket, name, path } = yield* startSession(scope, write);
  return { container: bucket, name, sessionUri: `${scope.origin}${path}` };
}

/** The progress of an upload. One exchange, two when it is complete. */
export function* getResumableUpload(
  scope: Scope,
  service: GoogleService,
  upload: ResumableUpload,
): Operation<ResumableUploadStatus> {
  const session = sessionOf(scope, upload);
  const { finished, storedBytes } = yield* probeSession(scope, session);
  if (!finished) return { storedBytes };
  const { object } = yield* headStored(service, session, finished.version);
  return { storedBytes: object.sizeBytes, object };
}

/** Sends the rest of a file. */
export function* resumeUpload(
  scope: Scope,
  service: GoogleService,
  upload: ResumableUpload,
  filePath: string,
  options: TransferOptions = {},
): Operation<GoogleObject> {
  const session = sessionOf(scope, upload);
  const file = yield* wholeFile(pathOf('filePath', filePath));
  const { endBytes: sizeBytes } = file;
  const state = yield* probeSession(scope, session);
  if (state.finished) return yield* compareFinished(service, session, state, file);
  if (state.storedBytes > sizeBytes) throw tooManyStored(session, state.storedBytes, sizeBytes);
  options.onProgress?.({ transferredBytes: state.storedBytes, totalBytes: sizeBytes });
  const uploads = sessionUploads(scope);
  return yield* sendFile(service, uploads, session, file, state.storedBytes, options.onProgress);
}

/**
 * Compares a file with an upload that is already complete, for example after a lost response. Never deletes the object.
 */
function* compareFinished(
  service: GoogleService,
  session: Session,
  { finished }: OrderedProgress,
  file: FileRange,
): Operation<GoogleObject> {
  const stored = yield* headStored(service, session, finished?.version);
  const sent = { sizeBytes: file.endBytes, checksums: yield* fileChecksums(file, ['crc32c']) };
  const difference = differenceOf(stored, sent);
  if (!difference) return stored.object;
  const message = `the upload is complete, but with another file: ${difference.stored}; this file has ${difference.sent}`;
  throw integrityFailure(session, message);
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
  const { container, name } = checkedLocation(nameChecks, upload, 'upload');
  const { sessionUri } = upload;
  const path = `/${container}/${encodeName(name)}?`;
  // The error does not quote the URI, which may be valid for another upload.
  if (
    typeof sessionUri !== 'string' ||
    !sessionUri.startsWith(scope.origin + path) ||
    /[^\x21-\x7e]|#/.test(sessionUri)
  ) {
    throw invalidArgument('upload.sessionUri', `must be a URI at ${scope.origin} for the upload's object`);
  }
  return { container, name, path: sessionUri.slice(scope.origin.length) };
}
