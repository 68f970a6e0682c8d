/**
 * Control of a running emulator from a program: the admin routes as functions.
 */
import type { FaultRule } from './front/faults.ts';
import type { JournalEntry } from './front/journal.ts';

/** Objects to create at once. */
export interface NewObjects {
  /** A bucket that exists. */
  readonly bucket: string;
  /** How many, at most 1,000,000. */
  readonly count: number;
  /** Prefix of their names, before a number of seven digits. Default: none. */
  readonly prefix?: string;
}

/** Control of a running emulator. Each function resolves when done, and rejects when refused. */
export interface Control {
  /** Empties both services: buckets, nodes, fault rules, the log of requests. Keys and tokens stay. */
  reset(): Promise<void>;
  /** Creates empty objects called `PREFIX0000000`, `PREFIX0000001`, …: 100,000 in a second or two. */
  addObjects(objects: NewObjects): Promise<void>;
  /** Replaces all fault rules: `faults([])` removes them. */
  faults(rules: readonly FaultRule[]): Promise<void>;
  /** The last requests to both services, oldest first. */
  requests(): Promise<readonly JournalEntry[]>;
}

/** Control of the emulator whose storage service is at this address. */
export function createControl(storage: string): Control {
  const ask = async (method: string, path: string, body?: string): Promise<string> => {
    const answer = await fetch(`${storage}/_emulator/${path}`, { method, ...(body !== undefined && { body }) });
    const text = await answer.text();
    if (answer.ok) return text;
    const isJson = answer.headers.get('content-type') === 'application/json';
    throw new Error(isJson ? (JSON.parse(text) as { error: Error }).error.message : text);
  };
  return {
    reset: async () => void (await ask('POST', 'reset')),
    async addObjects({ bucket, count, prefix = '' }) {
      await ask('POST', `objects?${new URLSearchParams({ bucket, count: String(count), prefix })}`);
    },
    faults: async (rules) => void (await ask('PUT', 'faults', JSON.stringify(rules))),
    requests: async () => JSON.parse(await ask('GET', 'requests')) as readonly JournalEntry[],
  };
}
