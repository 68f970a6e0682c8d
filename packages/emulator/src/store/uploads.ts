/**
 * Uploads in progress, multipart and resumable: the details of their first request, and the parts received so far.
 */
import { randomBytes } from 'node:crypto';
import type { Database, Row } from './database.ts';
import type { Bucket, Part, References, Upload, UploadDetail } from './records.ts';

/** The uploads of one store. */
export interface UploadTable {
  start(kind: 'multipart' | 'resumable', bucket: Bucket, name: string, detail: UploadDetail): Upload;
  find(id: string): Upload | undefined;
  /** Multipart uploads of a bucket by name, then id; strictly after (`name`, `id`). */
  page(bucket: Bucket, name: string, id: string, to: string | undefined, limit: number): readonly Upload[];
  /** Adds a part, replacing one of the same number. Its blob is new. */
  putPart(upload: Upload, part: Part): void;
  /** By number, above `after`. */
  parts(upload: Upload, after: number, limit: number): readonly Part[];
  update(upload: Upload, detail: UploadDetail): void;
  /** Ends a multipart upload: removes its parts, and it is no longer listed. */
  end(upload: Upload, kind: 'completed' | 'aborted', detail?: UploadDetail): void;
  /** Removes the parts; the upload stays. */
  removeParts(upload: Upload): void;
  /** Removes an upload and its parts. */
  remove(upload: Upload): void;
  removeAll(bucket: Bucket): void;
  /** Runs asynchronous work on one upload after earlier work on it has settled. */
  inTurn<Result>(upload: Upload, work: () => Promise<Result>): Promise<Result>;
}

/** Sorts after any text in SQLite. */
const ENDLESS = new Uint8Array(0);

/** The uploads in a database. */
export function uploadTable(database: Database, references: References): UploadTable {
  const lastTurns = new Map<string, Promise<unknown>>();
  const parts = (upload: Upload, after: number, limit: number) =>
    database
      .all('SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?', upload.id, after, limit)
      .map(toPart);
  const removeParts = (upload: Upload) => {
    for (const { blob } of parts(upload, -1, -1)) references.drop(blob);
    database.run('DELETE FROM parts WHERE upload = ?', upload.id);
  };
  const remove = (upload: Upload) => {
    removeParts(upload);
    database.run('DELETE FROM uploads WHERE id = ?', upload.id);
  };
  return {
    start(kind, bucket, name, detail) {
      const upload: Upload = {
        id: randomBytes(24).toString('base64url'),
        kind,
        bucketId: bucket.id,
        name,
        startedMs: Date.now(),
        detail,
      };
      const sql = 'INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)';
      database.run(sql, upload.id, kind, bucket.id, name, upload.startedMs, JSON.stringify(detail));
      return upload;
    },
    find(id) {
      const row = database.first('SELECT * FROM uploads WHERE id = ?', id);
      return row === undefined ? undefined : toUpload(row);
    },
    page(bucket, name, id, to, limit) {
      const sql = `SELECT * FROM uploads WHERE bucket = ? AND kind = 'multipart' AND (name, id) > (?, ?) AND name < ?
        ORDER BY name, id LIMIT ?`;
      return database.all(sql, bucket.id, name, id, to ?? ENDLESS, limit).map(toUpload);
    },
    putPart(upload, part) {
      references.atomically(() => {
        const replaced = database.first(
          'SELECT blob FROM parts WHERE upload = ? AND number = ?',
          upload.id,
          part.number,
        );
        references.add(part.blob);
        if (replaced !== undefined) references.drop(String(replaced.blob));
        const values = [part.number, part.blob, part.size, part.md5, part.crc32c, part.updatedMs];
        database.run('INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)', upload.id, ...values);
      });
    },
    parts,
    update: (upload, detail) =>
      void database.run('UPDATE uploads SET detail = ? WHERE id = ?', JSON.stringify(detail), upload.id),
    end: (upload, kind, detail = upload.detail) =>
      references.atomically(() => {
        removeParts(upload);
        const text = JSON.stringify(detail);
        database.run('UPDATE uploads SET kind = ?, detail = ? WHERE id = ?', kind, text, upload.id);
      }),
    removeParts: (upload) => references.atomically(() => removeParts(upload)),
    remove: (upload) => references.atomically(() => remove(upload)),
    removeAll: (bucket) =>
      references.atomically(() => {
        for (const row of database.all('SELECT * FROM uploads WHERE bucket = ?', bucket.id)) remove(toUpload(row));
      }),
    async inTurn({ id }, work) {
      const turn = (lastTurns.get(id) ?? Promise.resolve()).then(work, work);
      lastTurns.set(id, turn);
      try {
        return await turn;
      } finally {
        if (lastTurns.get(id) === turn) lastTurns.delete(id);
      }
    },
  };
}

function toUpload(row: Row): Upload {
  return {
    id: String(row.id),
    kind: row.kind as Upload['kind'],
    bucketId: Number(row.bucket),
    name: String(row.name),
    startedMs: Number(row.started),
    detail: JSON.parse(String(row.detail)),
  };
}

function toPart(row: Row): Part {
  return {
    number: Number(row.number),
    blob: String(row.blob),
    size: Number(row.size),
    md5: String(row.md5),
    crc32c: Number(row.crc32c),
    updatedMs: Number(row.updated),
  };
}
