/**
 * The resources of the cloud in one table: nodes, volumes, snapshots, images, key pairs, reports. A resource has a
 * state and, optionally, the next state and its time. So the current state is a function of the stored row and the
 * clock, and no timer is needed.
 */
import type { SQLInputValue } from 'node:sqlite';
import type { Database, Row } from '../../store/database.ts';
import type { Settings } from './settings.ts';

/** The tables of the cloud. `owner` is the node of a volume, the volume of a snapshot. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS resources (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
    name TEXT NOT NULL, created INTEGER NOT NULL, state TEXT NOT NULL, next_ms INTEGER, next_state TEXT,
    owner TEXT, token TEXT, detail TEXT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS resources_id ON resources (kind, region, id);
  CREATE UNIQUE INDEX IF NOT EXISTS resources_token ON resources (kind, region, token) WHERE token IS NOT NULL;
  CREATE INDEX IF NOT EXISTS resources_order ON resources (kind, region, seq);
  CREATE INDEX IF NOT EXISTS resources_owner ON resources (kind, region, owner) WHERE owner IS NOT NULL;
  CREATE INDEX IF NOT EXISTS resources_gone ON resources (next_ms) WHERE next_state IN ('TERMINATED', 'DELETED');
`;

/** The kinds of resources, and the prefixes of their ids. */
const prefixes = {
  node: 'node-',
  volume: 'vol-',
  snapshot: 'snap-',
  image: 'img-',
  'key-pair': '',
  report: 'report-',
};

/** A kind of resource. */
export type Kind = keyof typeof prefixes;

/** A state, and the next one with its time. */
export interface TimedState {
  readonly state: string;
  readonly next?: { readonly atMs: number; readonly state: string } | undefined;
}

/** One resource; `Detail` holds the fields of its kind. */
export interface Resource<Detail> extends TimedState {
  /** Increases over the whole cloud. Listings are in this order. */
  readonly seq: number;
  readonly region: string;
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly owner?: string | undefined;
  readonly token?: string | undefined;
  readonly detail: Detail;
}

/** A resource to create. Its id is the next number unless given. */
export interface NewResource<Detail> extends TimedState {
  readonly region: string;
  readonly id?: string;
  readonly name: string;
  readonly createdMs: number;
  readonly owner?: string | undefined;
  readonly token?: string | undefined;
  readonly detail: Detail;
}

/** Which resources of a region a listing shows. */
export interface Selection {
  readonly region: string;
  readonly nowMs: number;
  /** Strictly after this `seq`. */
  readonly after: number;
  readonly limit: number;
  /** Only in this state. Without it and without `ids`, terminated and deleted resources are left out. */
  readonly state?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly namePrefix?: string | undefined;
  readonly owner?: string | undefined;
}

/** The resources of one kind. They are not found an hour after they were terminated or deleted. */
export interface ResourceTable<Detail> {
  insert(made: NewResource<Detail>): Resource<Detail>;
  find(region: string, id: string, nowMs: number): Resource<Detail> | undefined;
  /** In any region. */
  findAnywhere(id: string, nowMs: number): Resource<Detail> | undefined;
  findByToken(region: string, token: string, nowMs: number): Resource<Detail> | undefined;
  page(selection: Selection): readonly Resource<Detail>[];
  /** Counts them without terminated and deleted ones. */
  count(region: string, nowMs: number): number;
  /** Writes state, owner and detail. */
  update(changed: Resource<Detail>): Resource<Detail>;
  remove(removed: Resource<Detail>): void;
}

/** Terminated and deleted resources can be looked up by id for this long. */
const RETENTION_MS = 60 * 60 * 1000;
const NOW_STATE = 'CASE WHEN next_ms <= ? THEN next_state ELSE state END';
const IS_GONE = `next_state IN ('TERMINATED', 'DELETED')`;
const IS_EXPIRED = `${IS_GONE} AND next_ms <= ?`;

/** The state of a resource at a time. */
export function stateAt({ state, next }: TimedState, nowMs: number): string {
  return next !== undefined && next.atMs <= nowMs ? next.state : state;
}

/** The resources of one kind in a database. */
export function resourceTable<Detail>(database: Database, settings: Settings, kind: Kind): ResourceTable<Detail> {
  const first = (condition: string, nowMs: number, ...values: SQLInputValue[]) => {
    const sql = `SELECT * FROM resources WHERE kind = ? AND ${condition} AND NOT coalesce(${IS_EXPIRED}, 0)`;
    const row = database.first(sql, kind, ...values, nowMs - RETENTION_MS);
    return row === undefined ? undefined : toResource<Detail>(row);
  };
  return {
    insert(made) {
      const id = made.id ?? `${prefixes[kind]}${settings.next(kind)}`;
      const { rowid } = database.run(
        'INSERT INTO resources VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        kind,
        made.region,
        id,
        made.name,
        made.createdMs,
        made.state,
        made.next?.atMs ?? null,
        made.next?.state ?? null,
        made.owner ?? null,
        made.token ?? null,
        JSON.stringify(made.detail),
      );
      return { ...made, id, seq: rowid };
    },
    find: (region, id, nowMs) => first('region = ? AND id = ?', nowMs, region, id),
    findAnywhere: (id, nowMs) => first('id = ?', nowMs, id),
    findByToken: (region, token, nowMs) => first('region = ? AND token = ?', nowMs, region, token),
    page: (selection) => database.all(...pageQuery(kind, selection)).map((row) => toResource<Detail>(row)),
    count(region, nowMs) {
      const sql = `SELECT count(*) AS count FROM resources WHERE kind = ? AND region = ?
        AND ${NOW_STATE} NOT IN ('TERMINATED', 'DELETED')`;
      return Number(database.first(sql, kind, region, nowMs)?.count);
    },
    update(changed) {
      const { state, next, owner, detail, seq } = changed;
      const sql = 'UPDATE resources SET state = ?, next_ms = ?, next_state = ?, owner = ?, detail = ? WHERE seq = ?';
      const timedState = [state, next?.atMs ?? null, next?.state ?? null];
      database.run(sql, ...timedState, owner ?? null, JSON.stringify(detail), seq);
      return changed;
    },
    remove: ({ seq }) => void database.run('DELETE FROM resources WHERE seq = ?', seq),
  };
}

/** Removes the rows that can no longer be looked up, of every kind. */
export function removeExpired(database: Database, nowMs: number): void {
  database.run(`DELETE FROM resources WHERE ${IS_EXPIRED}`, nowMs - RETENTION_MS);
}

function pageQuery(kind: Kind, selection: Selection): [sql: string, ...values: SQLInputValue[]] {
  const { region, nowMs, state, ids, namePrefix, owner } = selection;
  const clauses: [sql: string, ...values: SQLInputValue[]][] = [
    ['kind = ? AND region = ? AND seq > ?', kind, region, selection.after],
    [`NOT coalesce(${IS_EXPIRED}, 0)`, nowMs - RETENTION_MS],
  ];
  if (state !== undefined) clauses.push([`${NOW_STATE} = ?`, nowMs, state]);
  else if (ids === undefined) clauses.push([`${NOW_STATE} NOT IN ('TERMINATED', 'DELETED')`, nowMs]);
  if (ids !== undefined) clauses.push(['id IN (SELECT value FROM json_each(?))', JSON.stringify(ids)]);
  if (namePrefix !== undefined) clauses.push(['substr(name, 1, length(?)) = ?', namePrefix, namePrefix]);
  if (owner !== undefined) clauses.push(['owner = ?', owner]);
  const conditions = clauses.map(([sql]) => sql).join(' AND ');
  const values = clauses.flatMap(([, ...rest]) => rest);
  return [`SELECT * FROM resources WHERE ${conditions} ORDER BY seq LIMIT ?`, ...values, selection.limit];
}

function toResource<Detail>(row: Row): Resource<Detail> {
  return {
    seq: Number(row.seq),
    region: String(row.region),
    id: String(row.id),
    name: String(row.name),
    createdMs: Number(row.created),
    state: String(row.state),
    next: row.next_ms === null ? undefined : { atMs: Number(row.next_ms), state: String(row.next_state) },
    owner: row.owner === null ? undefined : String(row.owner),
    token: row.token === null ? undefined : String(row.token),
    detail: JSON.parse(String(row.detail)),
  };
}
