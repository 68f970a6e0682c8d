/**
 * Small values that a cloud stores by name: its clock, counters, quotas, changes of regions. They are cached in memory,
 * because every request needs some.
 */
import type { Database } from '../../store/database.ts';

/** Stored values by name. */
export interface Settings {
  get<Value>(name: string): Value | undefined;
  /** `undefined` removes the value. */
  set(name: string, value: unknown): void;
  /** Counts from 1, separately for each name. */
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
