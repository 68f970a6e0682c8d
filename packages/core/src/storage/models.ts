/** What storage methods return: plain data that can be logged, cloned, compared and sent to a worker. */
import type { CloudFailure } from '../errors.ts';

/** A container of objects: a bucket. */
export interface Container {
  readonly name: string;
  readonly createdAt?: Date;
  /** What only this provider knows. */
  readonly extra: object;
}

/** An object, without its bytes. */
export interface StorageObject {
  /** Name of the container that holds it. */
  readonly container: string;
  readonly name: string;
  /** Size as stored, in bytes. */
  readonly sizeBytes: number;
  /** The entity tag exactly as sent, quotes included; absent when the server sends none. */
  readonly etag?: string;
  readonly lastModified?: Date;
  /** Absent in listings of providers that do not list it. */
  readonly contentType?: string;
  /** The user's own metadata, lower-case keys; empty in listings of providers that do not list it. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What only this provider knows. */
  readonly extra: object;
}

/** A container, or just its name. An object is none, though it has a name too. */
export type ContainerReference = string | (Pick<Container, 'name'> & { readonly container?: never });

/** An object, or just where it lies. */
export type ObjectReference = { readonly container: ContainerReference; readonly name: string };

/** A file that a download has written. */
export interface DownloadedFile {
  /** Path of the file, with the object's name appended when the destination was a folder. */
  readonly path: string;
  readonly sizeBytes: number;
  /** What the bytes were compared with before the file got its name. */
  readonly verified: 'crc32c' | 'md5' | 'size';
}

/** An upload in parts that has not been completed. */
export interface MultipartUpload {
  readonly container: string;
  /** Name of the object that it would become. */
  readonly name: string;
  readonly uploadId: string;
  readonly startedAt?: Date;
}

/** An object of many that was not removed or downloaded, and the reason. */
export interface FailedObject {
  readonly container: string;
  readonly name: string;
  readonly error: CloudFailure;
}

/** What became of objects that were to be removed. */
export interface DeletedObjects {
  readonly deleted: readonly { readonly container: string; readonly name: string }[];
  /** Objects that are still there, each with the reason. */
  readonly failed: readonly FailedObject[];
}

/** An object of many that was downloaded, and its file. */
export interface DownloadedObject extends DownloadedFile {
  readonly container: string;
  readonly name: string;
}

/** What became of objects that were to be downloaded into a folder, in the order in which they were given. */
export interface DownloadedObjects {
  readonly downloaded: readonly DownloadedObject[];
  /** Objects of which no file was made, each with the reason. */
  readonly failed: readonly FailedObject[];
}
