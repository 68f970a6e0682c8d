/**
 * Objects and their generations. At most one generation of a name is live; others are kept only in buckets with
 * versioning. Generations look like Google's, microseconds since 1970, and never go back.
 */
import type { Database, Row } from './database.ts';
import type { Attributes, Bucket, Content, ObjectRecord, References } from './records.ts';

/** The objects of one store. */
export interface ObjectTable {
  findLive(bucket: Bucket, name: string): ObjectRecord | undefined;
  findGeneration(bucket: Bucket, name: string, generation: number): ObjectRecord | undefined;
  /** Makes content the live generation of a name. */
  publish(bucket: Bucket, name: string, content: Content, attributes: Attributes): ObjectRecord;
  /** Removes the live generation; with versioning it becomes noncurrent. */
  removeLive(bucket: Bucket, record: ObjectRecord): void;
  /** Removes one generation permanently. */
  erase(record: ObjectRecord): void;
  updateAttributes(record: ObjectRecord, attributes: Attributes): void;
  isEmpty(bucket: Bucket): boolean;
  /** Live objects by name from `from` (included) up to `to` (excluded), byte-wise. */
  page(bucket: Bucket, from: string, to: string | undefined, limit: number): readonly ObjectRecord[];
  /** All generations by name, then generation; strictly after (`from`, `afterGeneration`). */
  versionPage(
    bucket: Bucket,
    from: string,
    afterGeneration: number,
    to: string | undefined,
    limit: number,
  ): readonly ObjectRecord[];
}

/** Sorts after any text in SQLite, for ranges without an end. */
const ENDLESS = new Uint8Array(0);

const LIVE = 'SELECT * FROM objects WHERE bucket = ? AND name = ? AND live = 1';
const INSERT = `INSERT INTO objects (bucket, name, generation, metageneration, live, detail) VALUES (?, ?, ?, 1, 1, ?)`;
const PAGE = `SELECT * FROM objects INDEXED BY objects_live
  WHERE bucket = ? AND live = 1 AND name >= ? AND name < ? ORDER BY name LIMIT ?`;
const VERSION_PAGE = `SELECT * FROM objects INDEXED BY objects_generation
  WHERE bucket = ? AND (name, generation) > (?, ?) AND name < ? ORDER BY name, generation LIMIT ?`;

/** The objects in a database. */
export function objectTable(database: Database, references: References): ObjectTable {
  let lastGeneration = Number(database.first('SELECT max(generation) AS last FROM objects')?.last ?? 0);
  const nextGeneration = (): number => {
    const now = Math.floor((performance.timeOrigin + performance.now()) * 1000);
    lastGeneration = Math.max(now, lastGeneration + 1);
    return lastGeneration;
  };
  const erase = (record: ObjectRecord) => {
    database.run('DELETE FROM objects WHERE id = ?', record.id);
    for (const { blob } of record.segments) references.drop(blob);
  };
  const removeLive = (bucket: Bucket, record: ObjectRecord) => {
    if (bucket.settings.versioning !== 'Enabled') erase(record);
    else database.run('UPDATE objects SET live = 0 WHERE id = ?', record.id);
  };
  const findLive = (bucket: Bucket, name: string) => optional(database.first(LIVE, bucket.id, name));
  return {
    findLive,
    findGeneration(bucket, name, generation) {
      const sql = 'SELECT * FROM objects WHERE bucket = ? AND name = ? AND generation = ?';
      return optional(database.first(sql, bucket.id, name, generation));
    },
    publish(bucket, name, content, attributes) {
      return references.atomically(() => {
        const previous = findLive(bucket, name);
        for (const { blob } of content.segments) references.add(blob);
        if (previous !== undefined) removeLive(bucket, previous);
        const generation = nextGeneration();
        const { size, etag, md5, crc32c, segments } = content;
        const detail: Detail = { size, etag, md5, crc32c, segments, updatedMs: Date.now(), attributes };
        const { rowid } = database.run(INSERT, bucket.id, name, generation, JSON.stringify(detail));
        return { ...detail, id: rowid, name, generation, metageneration: 1, live: true };
      });
    },
    removeLive: (bucket, record) => references.atomically(() => removeLive(bucket, record)),
    erase: (record) => references.atomically(() => erase(record)),
    updateAttributes(record, attributes) {
      const sql = 'UPDATE objects SET detail = ?, metageneration = metageneration + 1 WHERE id = ?';
      database.run(sql, JSON.stringify(detailOf(record, attributes)), record.id);
    },
    isEmpty: (bucket) => database.first('SELECT 1 FROM objects WHERE bucket = ? LIMIT 1', bucket.id) === undefined,
    page: (bucket, from, to, limit) => database.all(PAGE, bucket.id, from, to ?? ENDLESS, limit).map(toRecord),
    versionPage: (bucket, from, after, to, limit) =>
      database.all(VERSION_PAGE, bucket.id, from, after, to ?? ENDLESS, limit).map(toRecord),
  };
}

function optional(row: Row | undefined): ObjectRecord | undefined {
  return row === undefined ? undefined : toRecord(row);
}

/** Fields that no query uses, stored as one JSON column, because each column makes a row slower. */
type Detail = Content & Pick<ObjectRecord, 'updatedMs' | 'attributes'>;

function detailOf({ size, etag, md5, crc32c, segments, updatedMs }: ObjectRecord, attributes: Attributes): Detail {
  return { size, etag, md5, crc32c, segments, updatedMs, attributes };
}

function toRecord(row: Row): ObjectRecord {
  const detail: Detail = JSON.parse(row.detail as string);
  return {
    ...detail,
    id: row.id as number,
    name: row.name as string,
    generation: row.generation as number,
    metageneration: row.metageneration as number,
    live: row.live === 1,
  };
}
