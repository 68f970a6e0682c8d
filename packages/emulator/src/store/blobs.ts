/**
 * Blobs: the bytes of objects and parts. A blob is written once, read in ranges, and removed when the database has no
 * more references to it. In memory mode blobs are buffers, and large ones temporary files, so that memory stays
 * bounded. With a data folder all are files, which get their name only when complete.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Part of a blob's bytes inside an object. */
export interface Segment {
  readonly blob: string;
  readonly size: number;
}

/** Takes the bytes of a new blob. */
export interface BlobWriter {
  write(chunk: Buffer): void | Promise<void>;
  /** Completes the blob; returns its id. */
  finish(): Promise<string>;
  discard(): Promise<void>;
}

/** The bytes of one emulator. */
export interface BlobStore {
  create(): BlobWriter;
  /** Reads a small range at once; `undefined` when the range should be streamed. */
  readNow(segments: readonly Segment[], start: number, end: number): Buffer | undefined;
  stream(segments: readonly Segment[], start: number, end: number): AsyncIterable<Buffer>;
  /** Keeps blobs readable until the returned function is called, even if they are removed in the meantime. */
  pin(segments: readonly Segment[]): () => void;
  remove(id: string): void;
  /** Removes unreferenced files that a killed process left behind. */
  sweep(isKnown: (id: string) => boolean): void;
  /** Removes every blob except those being written. Pinned ones are removed when they are unpinned. */
  clear(): void;
  close(): void;
}

/** In memory mode, larger blobs are temporary files. */
const MAX_IN_MEMORY_BYTES = 8 * 1024 * 1024;
/** With a data folder, up to this much is buffered and written at once. */
const BUFFERED_BYTES = 256 * 1024;
/** Ranges up to this size are read synchronously: an asynchronous read costs more than it saves. */
const READ_NOW_BYTES = 256 * 1024;
const READ_CHUNK_BYTES = 256 * 1024;

/** Blobs in memory when `folder` is undefined, else files below it. */
export function openBlobs(folder: string | undefined): BlobStore {
  const memory = new Map<string, Buffer>();
  const places = folder === undefined ? temporaryPlaces() : permanentPlaces(folder);
  const pins = new Map<string, number>();
  const removedWhilePinned = new Set<string>();
  const erase = (id: string) => {
    if (!memory.delete(id)) rmSync(places.file(id), { force: true });
  };
  const unpin = (id: string) => {
    const left = (pins.get(id) ?? 1) - 1;
    if (left > 0) pins.set(id, left);
    else {
      pins.delete(id);
      if (removedWhilePinned.delete(id)) erase(id);
    }
  };
  return {
    create: () => createWriter(places, folder === undefined ? memory : undefined),
    readNow: (segments, start, end) => readNow(memory, places, segments, start, end),
    stream: (segments, start, end) => stream(memory, places, segments, start, end),
    pin(segments) {
      for (const { blob } of segments) pins.set(blob, (pins.get(blob) ?? 0) + 1);
      return () => segments.forEach(({ blob }) => void unpin(blob));
    },
    remove(id) {
      if (pins.has(id)) removedWhilePinned.add(id);
      else erase(id);
    },
    sweep: (isKnown) => places.sweep(isKnown),
    clear() {
      for (const id of pins.keys()) removedWhilePinned.add(id);
      for (const id of memory.keys()) if (!pins.has(id)) memory.delete(id);
      places.sweep((id) => pins.has(id));
    },
    close: () => places.close(),
  };
}

/** The paths of files. */
interface Places {
  file(id: string): string;
  /** A file being written. */
  incoming(id: string): string;
  sweep(isKnown: (id: string) => boolean): void;
  close(): void;
}

function permanentPlaces(folder: string): Places {
  const incoming = join(folder, 'incoming');
  const blobs = join(folder, 'blobs');
  mkdirSync(incoming, { recursive: true });
  // 256 subfolders, so that no folder gets too long.
  for (let index = 0; index < 256; index++) {
    mkdirSync(join(blobs, index.toString(16).padStart(2, '0')), { recursive: true });
  }
  // Nothing is being written yet: these files are left over from a killed process.
  for (const name of readdirSync(incoming)) rmSync(join(incoming, name), { force: true });
  return {
    file: (id) => join(blobs, id.slice(0, 2), id),
    incoming: (id) => join(incoming, id),
    sweep(isKnown) {
      for (const shelf of readdirSync(blobs)) {
        for (const id of readdirSync(join(blobs, shelf))) {
          if (!isKnown(id)) rmSync(join(blobs, shelf, id), { force: true });
        }
      }
    },
    close() {},
  };
}

/** Suffix of a file being written. */
const INCOMING = '.part';

/** A temporary folder, created on first use and removed on exit. */
function temporaryPlaces(): Places {
  let made: string | undefined;
  const folder = () => {
    if (made === undefined) {
      made = mkdtempSync(join(tmpdir(), 'isobar-emulator-'));
      process.on('exit', remove);
    }
    return made;
  };
  const remove = () => {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    made = undefined;
  };
  return {
    file: (id) => join(folder(), id),
    incoming: (id) => join(folder(), id + INCOMING),
    sweep(isKnown) {
      if (made === undefined) return;
      for (const name of readdirSync(made)) {
        if (!isKnown(name) && !name.endsWith(INCOMING)) rmSync(join(made, name), { force: true });
      }
    },
    close: remove,
  };
}

// A random prefix for the process and a count: a random number for each blob costs as much as a small write.
const processId = randomBytes(8).toString('hex');
let written = 0;

function nextId(): string {
  written++;
  // The count comes first, because the first two digits choose the subfolder and should spread.
  return `${(written % 256).toString(16).padStart(2, '0')}${processId}${written.toString(16)}`;
}

function createWriter(places: Places, memory: Map<string, Buffer> | undefined): BlobWriter {
  const id = nextId();
  const limit = memory === undefined ? BUFFERED_BYTES : MAX_IN_MEMORY_BYTES;
  let buffered: Buffer[] = [];
  let size = 0;
  let file: FileHandle | undefined;
  const spill = async () => {
    file ??= await open(places.incoming(id), 'w');
    const chunks = buffered;
    buffered = [];
    size = 0;
    // Unlike `writev`, it continues when the system writes only a part.
    await file.appendFile(Buffer.concat(chunks));
  };
  return {
    write(chunk) {
      buffered.push(chunk);
      size += chunk.length;
      // Once a file is open, the smaller buffer applies.
      return size > (file === undefined ? limit : BUFFERED_BYTES) ? spill() : undefined;
    },
    async finish() {
      if (file === undefined && memory !== undefined) {
        // Always a copy, because a chunk is a view of a much larger socket buffer.
        memory.set(id, Buffer.concat(buffered));
        return id;
      }
      if (file === undefined) writeFileSync(places.incoming(id), Buffer.concat(buffered));
      else {
        if (size > 0) await spill();
        await file.close();
      }
      renameSync(places.incoming(id), places.file(id));
      return id;
    },
    async discard() {
      buffered = [];
      await file?.close();
      if (file !== undefined) rmSync(places.incoming(id), { force: true });
    },
  };
}

/** The pieces of the segments between two offsets. */
function* pieces(segments: readonly Segment[], start: number, end: number): Generator<[string, number, number]> {
  let offset = 0;
  for (const { blob, size } of segments) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, size);
    if (from < to) yield [blob, from, to];
    offset += size;
  }
}

function readNow(
  memory: ReadonlyMap<string, Buffer>,
  places: Places,
  segments: readonly Segment[],
  start: number,
  end: number,
): Buffer | undefined {
  const [only] = segments;
  if (segments.length === 1 && only !== undefined) {
    const bytes = memory.get(only.blob);
    if (bytes !== undefined) return bytes.subarray(start, end);
    if (only.size <= READ_NOW_BYTES) return readFileSync(places.file(only.blob)).subarray(start, end);
  }
  return start === end ? Buffer.alloc(0) : undefined;
}

async function* stream(
  memory: ReadonlyMap<string, Buffer>,
  places: Places,
  segments: readonly Segment[],
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (const [blob, from, to] of pieces(segments, start, end)) {
    const bytes = memory.get(blob);
    if (bytes !== undefined) yield bytes.subarray(from, to);
    else yield* streamFile(places.file(blob), from, to);
  }
}

async function* streamFile(path: string, from: number, to: number): AsyncGenerator<Buffer, void, undefined> {
  const file = await open(path, 'r');
  try {
    for (let at = from; at < to; ) {
      const { bytesRead, buffer } = await file.read(
        Buffer.allocUnsafe(Math.min(READ_CHUNK_BYTES, to - at)),
        0,
        null,
        at,
      );
      if (bytesRead === 0) throw new Error(`Blob ${path} is shorter than its record.`);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
