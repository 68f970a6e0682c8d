/**
 * Small things a cloud keeps by name: its clock, counters, quotas, what is said of regions. All are in memory as well,
 * since every request needs some.
 */
import type { Database } from '../../store/database.ts';

/** Named values, kept. */
export interface Settings {
  get<Value>(name: string): Value | undefined;
  /** `undefined` forgets. */
  set(name: string, value: unknown): void;
  /** Counts from 1, apart for each name. */
  next(name: string): number;
  /** Reads the table again. */
  reload(): void;
}

/** The settings in a database. */
export function createSettings(database: Database): Settings {
  const values = new Map<string, unknown>();
  const set = (name: string, value: unknown) => {
    if (value === undefined) {
      database.run('DELETE FROM settings WHERE name = ?', name);
      values.delete(name);
      return;
    }
    database.run('INSERT OR REPLACE INTO settings VALUES (?, ?)', name, JSON.stringify(value));
    values.set(name, value);
  };
  const reload = () => {
    values.clear();
    for (const row of database.all('SELECT * FROM settings')) {
      values.set(String(row.name), JSON.parse(String(row.value)));
    }
  };
  reload();
  return {
    get: <Value>(name: string) => values.get(name) as Value | undefined,
    set,
    next(name) {
      const count = ((values.get(`count:${name}`) as number | undefined) ?? 0) + 1;
      set(`count:${name}`, count);
      return count;
    },
    reload,
  };
}
