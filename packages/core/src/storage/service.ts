/**
 * What a storage provider gives: a plan as data and about a dozen primitives, each one request to its cloud (or one action
 * on a disk). `storage-operations.ts` makes every portable method of them; `transfer/` has the strategies.
 *
 * Obligations in both directions:
 *
 * - Core checks all arguments of the portable contract, and calls `checkTarget` and `checkWrite` before anything is sent or
 *   written. A primitive never checks what core has checked.
 * - A primitive fails with a `CloudError`: `not-found`, `precondition-failed`, `already-exists` and so on as the portable
 *   contract says. It repeats requests itself (see `send`), and never hides that an answer was lost: `details.attempts`.
 * - Nothing is visible under an object's name until it is whole.
 * - What is optional here and absent is refused by core with `unsupported`, or replaced by a fallback.
 */
import type { ByteReader } from '../bytes.ts';
import type { Algorithm, Checksums } from '../checksums/checksums.ts';
import type { CloudFailure } from '../errors.ts';
import type { PassedBytes } from '../http/http.ts';
import type { RetryPolicy } from '../http/retry.ts';
import type { Page } from '../operations/listing.ts';
import type { Operation } from '../operations/operation.ts';
import type { FileRange, StagedFile } from '../steps/file-steps.ts';
import type { ByteRange, ObjectLocation } from './arguments.ts';
import type { Container, ContainerReference, MultipartUpload, ObjectReference, StorageObject } from './models.ts';
import type {
  CreateContainerOptions,
  ListContainersOptions,
  ListMultipartUploadsOptions,
  ListObjectsOptions,
  ObjectHeaders,
  PresignOptions,
} from './options.ts';

/** The numbers and habits of a service, from which core chooses a strategy for each transfer. */
export interface StoragePlan {
  /** Size up to which a file is sent with one `put`. Larger ones are sent in parts. */
  readonly maxPutBytes: number;
  /** Size up to which an object is downloaded into a file with one `get`, if its size is known. */
  readonly maxGetBytes: number;
  /** Size of the concurrent ranges of a larger download. */
  readonly rangeBytes: number;
  /** Parts, or ranges, of one object in flight. */
  readonly concurrency: number;
  readonly parts?: PartPlan;
  /**
   * The checksum that uploads are verified with; absent when the service knows none. `before`: it is sent before a file's
   * bytes, so the file is read twice. `during`: it is computed while the bytes are sent, and compared with the answer.
   */
  readonly checksum?: {
    readonly algorithm: Algorithm;
    readonly when: 'before' | 'during';
    /** Others that requests with a file need, computed at the same time. */
    readonly others?: readonly Algorithm[] | undefined;
  };
  /** What the service may tell about stored bytes, the preferred one first. Downloads are verified with the first told. */
  readonly verifies: readonly Algorithm[];
  /** Whether `get` takes a version, so that a broken download resumes without mixing the bytes of two versions. */
  readonly pinsVersions: boolean;
  /** The portable conditions that writes keep, and copies where the service keeps them for copies. */
  readonly conditions: readonly Condition['kind'][];
  /** The order of names in listings. */
  readonly listOrder: 'bytes' | 'utf16' | 'none';
  /** Maximum number of items on a page of a listing. */
  readonly maxPageSize: number;
  /** Maximum size of an object's user metadata, keys and values, in bytes. */
  readonly maxMetadataBytes: number;
  /**
   * Objects of one `removeMany`; also the number of deletions in flight where there is no `removeMany`; whether a deletion keeps
   * the condition on a version.
   */
  readonly deletions: { readonly batch: number; readonly concurrency: number; readonly conditions: boolean };
}

/** How a service takes an object in parts. */
export interface PartPlan {
  readonly maxCount: number;
  /** Size of the parts of a file: more if the file has too many of them. */
  readonly fileBytes: number;
  /** Size of the largest part. */
  readonly maxBytes: number;
  /** Size of the first parts of a stream. It doubles ten times before `maxCount` parts are sent, unless `equal` is set. */
  readonly streamBytes: number;
  /** Whether all parts but the last must have the same size. */
  readonly equal: boolean;
  /** Whether an upload in parts keeps conditions. */
  readonly conditions: boolean;
}

/** A portable condition on the object that a call writes or deletes. */
export type Condition = { readonly kind: 'absent' } | { readonly kind: 'version'; readonly version: string };

/** An object, or one version of it. */
export interface VersionedLocation extends ObjectLocation {
  /** Opaque: a generation, a version id or an ETag. Absent: the live version. */
  readonly version?: string;
}

/** What a call gave besides the location: its condition, its own options, and the reference that it named the object by. */
export interface CallDetails {
  readonly condition?: Condition | undefined;
  /** All options of the call: those that only this service has are checked and read by the service. */
  readonly options: object;
  readonly object?: ObjectReference | undefined;
}

/** What to write, beside the bytes. */
export interface WriteDetails extends CallDetails {
  /** Type, headers and metadata of the new object; metadata has lower-case keys. */
  readonly headers: ObjectHeaders;
  readonly storageClass?: string | undefined;
  /** When the object was last modified. Absent: now. Only where the capability `modificationTimes` says so. */
  readonly lastModified?: Date | undefined;
}

/** A write whose arguments are checked. Services add what they made of the details, such as headers of the request. */
export interface CheckedWrite extends WriteDetails {
  readonly location: ObjectLocation;
  /** Whether any condition applies, portable or not. */
  readonly isConditional: boolean;
  /** The version that the object must have, if a condition says so. */
  readonly ifVersion?: string | undefined;
}

/** A stored object as the service reports it. */
export interface Stored<Item extends StorageObject = StorageObject> {
  readonly object: Item;
  /** Checksums of the stored bytes, as far as the service tells. */
  readonly checksums: Checksums;
}

/** What a `put` stored. */
export interface Put<Item extends StorageObject> extends Stored<Item> {
  /** Checksums of a file's bytes as they were sent. */
  readonly sent?: Checksums | undefined;
}

/** A body that can be sent again. Core cuts streams into such bodies. */
export type Body = Uint8Array | FileRange;

/** How to send a body. */
export interface PutRequest {
  /** Checksums of the body that are known before it is sent. */
  readonly checksums: Checksums;
  /** Checksums to compute while a file is sent. */
  readonly compute: readonly Algorithm[];
  readonly onProgress?: ((transferredBytes: number) => void) | undefined;
}

/** Which bytes of an object to get, and where to put them. */
export interface GetRequest {
  readonly range?: ByteRange | undefined;
  /**
   * Where the bytes are wanted: in memory, piece by piece, or in a file from an offset on. A service may give pieces or
   * bytes for any of them; core then fills the file.
   */
  readonly sink: 'memory' | 'pieces' | { readonly file: StagedFile; readonly startBytes: number };
  /** Checksums to compute while the bytes are written to the file, or decoded. */
  readonly compute: readonly Algorithm[];
  /** Decode bytes that are stored as gzip. */
  readonly decode: boolean;
  /** The most bytes that may go to memory. A service over HTTP fails with `malformed-response` if there are more. Default: any. */
  readonly maxBytes?: number | undefined;
  readonly onProgress?: ((transferredBytes: number) => void) | undefined;
}

/** The whole object that a `get` found, also when only a range of it was requested. */
export interface WholeObject {
  readonly sizeBytes: number;
  readonly version: string | undefined;
  readonly checksums: Checksums;
}

/** Pieces of an object's bytes. */
export interface Pieces extends Pick<ByteReader, 'next' | 'close'> {
  /** When the pieces are decoded: describes the encoded bytes, once `next` has returned `undefined`. */
  passed?(): Operation<PassedBytes>;
}

/** The answer to a `get`: bytes, pieces, or what was written to the file. */
export interface Got<Item extends StorageObject = StorageObject> {
  readonly whole: WholeObject;
  /** The object, as the answer describes it. */
  object(): Item;
  readonly bytes?: Uint8Array | undefined;
  readonly pieces?: Pieces | undefined;
  /** What was written to the file. With `bytes` for memory: what they were before they were decoded, if they were. */
  readonly passed?: PassedBytes | undefined;
  /** Set when writing to the file was cut off; `passed` is what arrived. */
  readonly interrupted?: Pick<CloudFailure, 'code' | 'message'> | undefined;
}

/** An upload in parts that has begun. */
export type BegunUpload = Pick<MultipartUpload, 'container' | 'name' | 'uploadId'>;

/** A part that is stored. */
export interface StoredPart {
  /** From 1. */
  readonly number: number;
  /** The service's proof of the part, such as its ETag. */
  readonly tag: string;
  readonly sizeBytes: number;
  /** Checksums of the part as it was sent. */
  readonly checksums: Checksums;
}

/** Uploads in parts, which may be stored in any order. */
export interface PartUploads<Write extends CheckedWrite = CheckedWrite> {
  begin(write: Write): Operation<BegunUpload>;
  put(
    upload: BegunUpload,
    part: { readonly number: number; readonly startBytes: number },
    body: Body,
    request: PutRequest,
  ): Operation<Pick<StoredPart, 'tag'> & { readonly sent?: Checksums | undefined }>;
  /** Makes the object of its parts. @returns Its version, unless the answer with it was lost or there is none. */
  complete(upload: BegunUpload, parts: readonly StoredPart[], write: Write): Operation<string | undefined>;
  /** Succeeds for an upload that an earlier attempt aborted; `not-found` for one that does not exist. */
  abort(upload: BegunUpload): Operation<void>;
  list(
    container: string,
    options: ListMultipartUploadsOptions,
    cursor: string | undefined,
  ): Operation<Page<MultipartUpload>>;
}

/** Bytes for an upload in order. */
export interface Chunk {
  readonly startBytes: number;
  readonly endBytes: number;
  readonly body: Body;
  /** In the last chunk: size and checksums of the whole object. */
  readonly whole?: { readonly sizeBytes: number; readonly checksums: Checksums } | undefined;
}

/** How far an upload in order has come. */
export interface OrderedProgress {
  readonly storedBytes: number;
  /** When the object is complete. */
  readonly finished?: { readonly version: string | undefined } | undefined;
}

/** Uploads that take the bytes in order and tell how many they have. They keep conditions where parts do not. */
export interface OrderedUploads<
  Write extends CheckedWrite = CheckedWrite,
  Session extends ObjectLocation = ObjectLocation,
> {
  /** Size of the chunks of a file: what a broken connection can lose. */
  readonly fileBytes: number;
  /** Size of the chunks of a stream, which are held in memory. */
  readonly streamBytes: number;
  begin(write: Write): Operation<Session>;
  /** Sends a chunk; after a failure asks how much is stored, which may be all, a part or nothing of it. */
  put(session: Session, chunk: Chunk, onProgress?: (transferredBytes: number) => void): Operation<OrderedProgress>;
  /** Cancels an upload that has failed. One attempt. */
  cancel(session: Session): Operation<void>;
}

/**
 * A storage service.
 *
 * @typeParam Item Its model of objects.
 * @typeParam Holder Its model of containers.
 * @typeParam Target What it makes of an object that a call reads or deletes.
 * @typeParam Write What it makes of an object that a call writes.
 */
export interface StorageService<
  Item extends StorageObject = StorageObject,
  Holder extends Container = Container,
  Target extends VersionedLocation = VersionedLocation,
  Write extends CheckedWrite = CheckedWrite,
> {
  /** The plan for a container. A call may ask for it several times, so it must cost nothing. */
  plan(container: string): StoragePlan;
  readonly retry: RetryPolicy;

  /** Checks the name of a container that may exist. */
  containerName(container: ContainerReference, field?: string): string;
  /** Checks the name of an object. */
  objectName(name: string, field?: string): string;
  /** Checks what a call that reads or deletes says about its object. */
  checkTarget(location: ObjectLocation, details: CallDetails): Target;
  /** Checks what a call that writes says about its object. */
  checkWrite(location: ObjectLocation, details: WriteDetails): Write;
  /** Type, headers and metadata of an object, as {@link WriteDetails.headers} takes them; `undefined` for absent ones. */
  headersOf(object: Item): { readonly [Field in keyof ObjectHeaders]: ObjectHeaders[Field] | undefined };

  listContainers(options: ListContainersOptions, cursor: string | undefined): Operation<Page<Holder>>;
  getContainer(name: string): Operation<Holder>;
  createContainer(name: string, options: CreateContainerOptions): Operation<Holder>;
  /** @throws {CloudError} `not-found`, `not-empty`. */
  deleteContainer(name: string): Operation<void>;

  /** A page of a container's objects. Core has checked the options; the cursor is one that this returned. */
  list(container: string, options: ListObjectsOptions, cursor: string | undefined): Operation<Page<Item>>;
  /** @throws {CloudError} `not-found`. */
  head(target: Target): Operation<Stored<Item>>;
  /** @throws {CloudError} `not-found`; `invalid-argument` with status 416 for a range after the end. */
  get(target: Target, request: GetRequest): Operation<Got<Item>>;
  /** Stores a whole object. */
  put(write: Write, body: Body, request: PutRequest): Operation<Put<Item>>;
  /** Deletes an object, or one version of it. @throws {CloudError} `not-found`, unless an earlier attempt deleted it. */
  remove(target: Target): Operation<void>;

  /** Absent: streams and large files cannot be uploaded. */
  readonly parts?: PartUploads<Write>;
  /** Only where parts do not keep conditions. */
  readonly ordered?: OrderedUploads<Write>;
  /**
   * Copies within the service. @param replaces The source as it was found, if the copy gets the headers of the write and
   * none of the source's. @returns The version of the copy. Absent: core copies the bytes.
   */
  copy?(source: Target, write: Write, replaces: Item | undefined): Operation<string | undefined>;
  /** Replaces headers and metadata in place. Absent: core copies the object onto itself. */
  describe?(write: Write, found: Item): Operation<string | undefined>;
  /**
   * Deletes objects of one container. @returns For each the failure, or `undefined`. A missing object is no failure. Returns
   * `undefined` in place of an operation when the service has no such request for these objects: core deletes them one by one,
   * as it does when the request turns out not to exist.
   *
   * @throws {CloudError} `unsupported` when the service does not know the request.
   */
  removeMany?(
    container: string,
    targets: readonly Target[],
  ): Operation<readonly (CloudFailure | undefined)[]> | undefined;
  /** Signs a URL for one object. Options are checked. */
  sign?(location: ObjectLocation, options: PresignOptions): Operation<string>;
}
