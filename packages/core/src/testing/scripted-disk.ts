/** An in-memory file system for the file steps. */
import {
  type Algorithm,
  type Checksums,
  CloudError,
  checksumOf,
  type FileActions,
  type FilePlace,
  type FileRange,
  type FileStatus,
  type FileVersion,
  type FolderOrder,
  type FolderPage,
  type FoundPath,
  type StagedBytes,
  type StagedFile,
} from '../provider.ts';

/** Files and folders by path, and the files that are being written. */
export class ScriptedDisk implements FileActions {
  readonly files: Map<string, Uint8Array> = new Map();
  readonly folders: Set<string> = new Set();
  /** Staged files that have been neither published nor discarded, by temporary path. */
  readonly staged: Map<string, Uint8Array> = new Map();
  readonly log: string[] = [];
  /** Modification times by path. Default 0. */
  readonly modifiedMs: Map<string, number> = new Map();
  /** Whether names that differ only in case mean the same file. */
  ignoresCase = false;

  makeFolders(folder: string, names: readonly string[]): FilePlace {
    for (let depth = 0; depth < names.length; depth += 1) {
      const path = [folder, ...names.slice(0, depth)].join('/');
      if (this.files.has(path)) throw new CloudError('invalid-argument', `${path} is not a folder`);
      this.folders.add(path);
    }
    return { path: [folder, ...names].join('/'), ignoresCase: this.ignoresCase };
  }

  stat(path: string): FileStatus | undefined {
    const file = this.files.get(path) ?? this.staged.get(path);
    const version = { sizeBytes: file?.length ?? 0, modifiedMs: this.modifiedMs.get(path) ?? 0, inode: 1 };
    if (file) return { kind: 'file', ...version };
    return this.folders.has(path.replace(/\/$/, '')) ? { kind: 'folder', ...version } : undefined;
  }

  readFile(path: string, maxBytes: number): Uint8Array | undefined {
    const file = this.files.get(path);
    if (file && file.length > maxBytes) throw new CloudError('invalid-argument', `${path} is too large`);
    return file?.slice();
  }

  lookUp(folder: string, names: readonly string[]): FoundPath {
    const path = [folder, ...names].join('/');
    for (let depth = names.length; depth > 0; depth -= 1) {
      const status = this.stat([folder, ...names.slice(0, depth)].join('/'));
      if (status) return { path, depth, status };
    }
    return { path, depth: 0, status: undefined };
  }

  copy(range: FileRange, file: StagedFile, startBytes: number, algorithms: readonly Algorithm[]): Checksums {
    const bytes = this.readRange(range);
    this.write(file, startBytes, bytes);
    return checksumsOf(bytes, algorithms);
  }

  stage(destinationPath: string): StagedFile {
    const temporaryPath = `${destinationPath}.part`;
    this.staged.set(temporaryPath, new Uint8Array(0));
    this.log.push(`stage ${destinationPath}`);
    return { destinationPath, temporaryPath };
  }

  stageBytes(destinationPath: string, bytes: Uint8Array, modifiedMs = 0): StagedBytes {
    const staged = this.stage(destinationPath);
    this.write(staged, 0, bytes);
    this.modifiedMs.set(staged.temporaryPath, modifiedMs);
    return { ...staged, version: { sizeBytes: bytes.length, modifiedMs, inode: 1 } };
  }

  publish(
    { destinationPath, temporaryPath }: StagedFile,
    overwrite: boolean,
    sizeBytes: number,
    _sync?: boolean,
    replaces?: FileVersion,
  ): void {
    this.log.push(`publish ${destinationPath}`);
    if (this.#bytesOf(temporaryPath).length !== sizeBytes) {
      throw new CloudError('integrity', `${temporaryPath} does not have ${sizeBytes} bytes`);
    }
    const found = this.stat(destinationPath);
    if (replaces && (found?.sizeBytes !== replaces.sizeBytes || found.modifiedMs !== replaces.modifiedMs)) {
      throw new CloudError('precondition-failed', `${destinationPath} was changed`);
    }
    if (this.files.has(destinationPath) && !overwrite) {
      throw new CloudError('already-exists', `${destinationPath} exists`);
    }
    this.files.set(destinationPath, this.#bytesOf(temporaryPath));
    this.staged.delete(temporaryPath);
  }

  discard({ destinationPath, temporaryPath }: StagedFile): void {
    this.log.push(`discard ${destinationPath}`);
    this.staged.delete(temporaryPath);
  }

  setModified({ destinationPath, temporaryPath }: StagedFile, modifiedMs: number): void {
    this.log.push(`set the time of ${destinationPath}`);
    for (const path of [temporaryPath, destinationPath]) this.modifiedMs.set(path, modifiedMs);
  }

  /** Writes into a staged file, as a response's sink does. */
  write({ temporaryPath }: StagedFile, startBytes: number, bytes: Uint8Array): void {
    const before = this.#bytesOf(temporaryPath);
    const after = new Uint8Array(Math.max(before.length, startBytes + bytes.length));
    after.set(before);
    after.set(bytes, startBytes);
    this.staged.set(temporaryPath, after);
  }

  /** The files and folders directly inside a folder. */
  listFolder(path: string, after = '', limit = 1000, order: FolderOrder = 'names'): FolderPage {
    const within = `${path.replace(/\/$/, '')}/`;
    const names = new Map<string, 'file' | 'folder'>();
    for (const file of [...this.files.keys(), ...this.folders]) {
      if (!file.startsWith(within) || file === within) continue;
      const [name = '', ...rest] = file.slice(within.length).split('/');
      names.set(name, rest.length > 0 || this.folders.has(file) ? 'folder' : 'file');
    }
    const key = (name: string): string => (order === 'paths' && names.get(name) === 'folder' ? `${name}/` : name);
    const entries = [...names.keys()]
      .filter((name) => byBytes(key(name), after) > 0)
      .sort((one, other) => byBytes(key(one), key(other)));
    return {
      entries: entries.slice(0, limit).map((name) => {
        const { sizeBytes = 0, modifiedMs = 0, inode = 1 } = this.stat(within + name) ?? {};
        return { name, isUtf8: true, kind: names.get(name) ?? 'other', sizeBytes, modifiedMs, inode };
      }),
      hasMore: entries.length > limit,
    };
  }

  /** Reads a part of a file, which may still be staged, as a request's body or a checksum does. */
  readRange({ path, startBytes, endBytes, version }: FileRange): Uint8Array {
    const file = this.files.get(path) ?? this.staged.get(path);
    if (!file) throw new CloudError('invalid-argument', `no such file: ${path}`);
    const { modifiedMs, sizeBytes } = this.stat(path) ?? {};
    if (version && (version.modifiedMs !== modifiedMs || version.sizeBytes !== sizeBytes)) {
      throw new CloudError('conflict', `${path} was changed`);
    }
    return file.slice(startBytes, endBytes);
  }

  checksums(range: FileRange, algorithms: readonly Algorithm[]): Checksums {
    return checksumsOf(this.readRange(range), algorithms);
  }

  append(path: string, bytes: Uint8Array): number {
    this.log.push(`append ${path}`);
    this.files.set(path, Uint8Array.from([...(this.files.get(path) ?? []), ...bytes]));
    return this.files.get(path)?.length ?? 0;
  }

  removeFile(path: string): boolean {
    if (this.folders.has(path)) throw new CloudError('invalid-argument', `${path} is a folder`);
    return this.files.delete(path);
  }

  makeFolder(path: string): boolean {
    if (this.files.has(path)) throw new CloudError('invalid-argument', `${path} is not a folder`);
    const isNew = !this.folders.has(path);
    this.folders.add(path);
    return isNew;
  }

  removeFolder(path: string): boolean {
    if (this.listFolder(path).entries.length > 0) throw new CloudError('not-empty', `${path} is not empty`);
    return this.folders.delete(path);
  }

  #bytesOf(temporaryPath: string): Uint8Array {
    const bytes = this.staged.get(temporaryPath);
    if (!bytes) throw new CloudError('invalid-argument', `not staged: ${temporaryPath}`);
    return bytes;
  }
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** The checksums of bytes. */
export function checksumsOf(bytes: Uint8Array, algorithms: readonly Algorithm[] = []): Checksums {
  return Object.fromEntries(algorithms.map((algorithm) => [algorithm, checksumOf(algorithm, bytes)]));
}
