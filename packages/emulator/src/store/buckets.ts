/**
 * Buckets. There are few and every request needs one, so all are cached in memory.
 */
import type { Database } from './database.ts';
import type { Bucket, BucketSettings } from './records.ts';

/** The buckets of one store. */
export interface BucketTable {
  find(name: string): Bucket | undefined;
  /** By name, byte-wise. */
  list(): readonly Bucket[];
  create(name: string, settings: BucketSettings): Bucket;
  update(bucket: Bucket, change: Partial<BucketSettings>): void;
  /** The caller must have checked that the bucket is empty. */
  remove(bucket: Bucket): void;
  /** Reads the table again. */
  reload(): void;
}

/** The buckets in a database. */
export function bucketTable(database: Database): BucketTable {
  const byName = new Map<string, Bucket>();
  const reload = () => {
    byName.clear();
    for (const row of database.all('SELECT * FROM buckets')) {
      const settings: BucketSettings = JSON.parse(String(row.settings));
      const name = String(row.name);
      byName.set(name, { id: Number(row.id), name, createdMs: Number(row.created), settings });
    }
  };
  reload();
  return {
    find: (name) => byName.get(name),
    // Names are ASCII, so the order of code units is that of bytes.
    list: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    create(name, settings) {
      const createdMs = Date.now();
      const text = JSON.stringify(settings);
      const { rowid } = database.run(
        'INSERT INTO buckets (name, created, settings) VALUES (?, ?, ?)',
        name,
        createdMs,
        text,
      );
      const bucket = { id: rowid, name, createdMs, settings };
      byName.set(name, bucket);
      return bucket;
    },
    update(bucket, change) {
      const metageneration = (bucket.settings.metageneration ?? 1) + 1;
      const settings = { ...bucket.settings, ...change, metageneration };
      database.run('UPDATE buckets SET settings = ? WHERE id = ?', JSON.stringify(settings), bucket.id);
      byName.set(bucket.name, { ...bucket, settings });
    },
    remove(bucket) {
      database.run('DELETE FROM buckets WHERE id = ?', bucket.id);
      byName.delete(bucket.name);
    },
    reload,
  };
}
