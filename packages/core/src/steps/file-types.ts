/** What file steps are about: files, folders and their versions. Plain data. */

/** Identifies the state of a file: it changes when the file is written or replaced. */
export interface FileVersion {
  readonly sizeBytes: number;
  /** Time of the last write, in milliseconds since 1970 UTC, with the precision of the file system. */
  readonly modifiedMs: number;
  /** Inode number. */
  readonly inode: number;
}

/** Kind, size and version of a file or folder. */
export interface FileStatus extends FileVersion {
  readonly kind: 'file' | 'folder' | 'other';
}

/** A file that is being written under a temporary name beside its destination. {@link publish} renames it. */
export interface StagedFile {
  readonly destinationPath: string;
  readonly temporaryPath: string;
}

/** A staged file that has all of its bytes. */
export interface StagedBytes extends StagedFile {
  /** Of the file that was written. */
  readonly version: FileVersion;
}

/** A part of a local file: `startBytes` inclusive, `endBytes` exclusive. */
export interface FileRange {
  readonly path: string;
  readonly startBytes: number;
  readonly endBytes: number;
  /** The version that {@link stat} returned. If the file has changed since, reading its last piece fails with `conflict`. */
  readonly version?: FileVersion;
}

/** An entry of a folder. */
export interface FolderEntry extends FileVersion {
  /** Its name; when it is not valid UTF-8, with replacement characters, and `isUtf8` is false. */
  readonly name: string;
  readonly isUtf8: boolean;
  /** Links are not followed. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** How entries are sorted: by their names, or as if the names of folders ended in a slash, as names of objects would be. */
export type FolderOrder = 'names' | 'paths';

/** Entries of a folder. */
export interface FolderPage {
  readonly entries: readonly FolderEntry[];
  /** Whether there are more after the last one. */
  readonly hasMore: boolean;
}

/** The path of a file below a folder. */
export interface FilePlace {
  /** With the system's separators. */
  readonly path: string;
  /** Whether names that differ only in case or Unicode normalization mean the same file on this system. */
  readonly ignoresCase: boolean;
}

/** What a path below a folder leads to. */
export interface FoundPath {
  /** With the system's separators. */
  readonly path: string;
  /** How many of the names exist, from the first one on. */
  readonly depth: number;
  /** Of the last one that exists: of the whole path when all do. */
  readonly status: FileStatus | undefined;
}
