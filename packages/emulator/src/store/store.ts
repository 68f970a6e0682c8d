/**
 * The store of one emulator: buckets, objects and uploads over the database and the blobs. Every change is one
 * transaction; blobs that lose their last reference are removed after it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BlobStore, openBlobs } from './blobs.ts';
import { type BucketTable, bucketTable } from './buckets.ts';
import { type Database, openDatabase } from './database.ts';
import { type ObjectTable, objectTable } from './objects.ts';
import type { References } from './records.ts';
import { type UploadTable, uploadTable } from './uploads.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS buckets (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, settings TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS objects (
    id INTEGER PRIMARY KEY, bucket INTEGER NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL,
    metageneration INTEGER NOT NULL, live INTEGER NOT NULL, detail TEXT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS objects_live ON objects (bucket, name) WHERE live = 1;
  CREATE UNIQUE INDEX IF NOT EXISTS objects_generation ON objects (bucket, name, generation);
  CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, refs INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, bucket INTEGER NOT NULL, name TEXT NOT NULL, started INTEGER NOT NULL,
    detail TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS uploads_name ON uploads (bucket, name, id);
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, md5 TEXT NOT NULL,
    crc32c INTEGER NOT NULL, updated INTEGER NOT NULL, PRIMARY KEY (upload, number)
  ) WITHOUT ROWID;
`;

/** All stored data. */
export interface Store {
  readonly buckets: BucketTable;
  readonly objects: ObjectTable;
  readonly uploads: UploadTable;
  readonly blobs: BlobStore;
  /** Runs `work` as one transaction. */
  atomically<Result>(work: () => Result): Result;
  reset(): void;
  close(): void;
}

/** Opens the store in a folder, or in memory. */
export function openStore(folder: string | undefined): Store {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const database = openDatabase(folder === undefined ? ':memory:' : join(folder, 'metadata.sqlite'), SCHEMA);
  const blobs = openBlobs(folder);
  blobs.sweep((id) => database.first('SELECT 1 FROM blobs WHERE id = ?', id) !== undefined);
  const references = countReferences(database, blobs);
  const buckets = bucketTable(database);
  return {
    buckets,
    objects: objectTable(database, references),
    uploads: uploadTable(database, references),
    blobs,
    atomically: references.atomically,
    reset() {
      for (const table of ['buckets', 'objects', 'blobs', 'uploads', 'parts']) database.run(`DELETE FROM ${table}`);
      buckets.reload();
      blobs.clear();
    },
    close() {
      database.close();
      blobs.close();
    },
  };
}

function countReferences(database: Database, blobs: BlobStore): References {
  let orphans: string[] = [];
  let depth = 0;
  return {
    add(blob) {
      database.run('INSERT INTO blobs VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET refs = refs + 1', blob);
    },
    drop(blob) {
      const row = database.first('UPDATE blobs SET refs = refs - 1 WHERE id = ? RETURNING refs', blob);
      if (row === undefined || Number(row.refs) > 0) return;
      database.run('DELETE FROM blobs WHERE id = ?', blob);
      orphans.push(blob);
    },
    atomically(work) {
      depth++;
      try {
        const result = database.transaction(work);
        // Files are removed only after the outermost transaction, when nothing can roll back.
        if (depth === 1) for (const blob of orphans) blobs.remove(blob);
        return result;
      } finally {
        depth--;
        if (depth === 0) orphans = [];
      }
    },
  };
}
