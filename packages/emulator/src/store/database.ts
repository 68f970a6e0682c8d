/**
 * A SQLite database, in memory or in the data folder, with the same code for both. A row is committed only after its
 * bytes are completely on disk, so killing the process at any time loses nothing that was acknowledged.
 */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

/** One row, columns by name. */
export type Row = Record<string, SQLOutputValue>;

/** A database that prepares each statement once. */
export interface Database {
  run(sql: string, ...values: SQLInputValue[]): { readonly changes: number; readonly rowid: number };
  first(sql: string, ...values: SQLInputValue[]): Row | undefined;
  all(sql: string, ...values: SQLInputValue[]): readonly Row[];
  /** Runs `work` as a whole or not at all. Not reentrant: inner calls join the outer one. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** Opens a database with these tables; `file` may be `:memory:`. */
export function openDatabase(file: string, schema: string): Database {
  const connection = new (loadSqlite().DatabaseSync)(file);
  // The lock excludes a second process, which would remove what the first is writing. It ends with the process.
  connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  connection.exec('BEGIN EXCLUSIVE; COMMIT;');
  connection.exec(schema);
  return wrap(connection);
}

/** Loads SQLite without the warning of Node before 24 that it is experimental. */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

function wrap(connection: DatabaseSync): Database {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    run(sql, ...values) {
      const { changes, lastInsertRowid } = prepared(sql).run(...values);
      return { changes: Number(changes), rowid: Number(lastInsertRowid) };
    },
    first: (sql, ...values) => prepared(sql).get(...values),
    all: (sql, ...values) => prepared(sql).all(...values),
    transaction: (work) => inTransaction(connection, prepared, work),
    close: () => connection.close(),
  };
}

function inTransaction<Result>(
  connection: DatabaseSync,
  prepared: (sql: string) => StatementSync,
  work: () => Result,
): Result {
  if (connection.isTransaction) return work();
  prepared('BEGIN').run();
  try {
    const result = work();
    prepared('COMMIT').run();
    return result;
  } catch (error) {
    if (connection.isTransaction) prepared('ROLLBACK').run();
    throw error;
  }
}
