/**
 * What a route of the test cloud is. One table of them answers requests, checks what comes in, and becomes the OpenAPI
 * document.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import type { Cloud } from '../cloud/cloud.ts';
import type { Region } from '../cloud/regions.ts';
import { Problem, type ProblemCode } from './problem.ts';
import type { Schema } from './schema.ts';

/** One request, checked against its route. */
export interface Call {
  readonly cloud: Cloud;
  readonly region: Region;
  readonly nowMs: number;
  /** Parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  /** Numbers and lists are read already. */
  readonly query: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Allowed by the route's schema; an absent body is an empty object. */
  readonly body: unknown;
}

/** What a route answers. */
export interface Answer {
  readonly status: number;
  /** JSON; absent for 204. */
  readonly value?: unknown;
  /** Plain text instead. */
  readonly text?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** One route under a region's base path. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Such as `/nodes/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly query?: Readonly<Record<string, Schema>>;
  readonly body?: Schema;
  /** Answers by status: what they mean, and the schema of their JSON, if they have any. */
  readonly replies: Readonly<Record<number, { readonly description: string; readonly schema?: Schema }>>;
  /** What it refuses beside what every route does. */
  readonly refuses?: readonly ProblemCode[];
  /** Lists tell in a header where the next page begins. */
  readonly isPaged?: boolean;
  /** Changes are one transaction, so only a GET may wait. */
  answer(call: Call): Answer | Promise<Answer>;
}

/** A value that must be there. @throws {Problem} `not-found`. */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Problem('not-found', `There is no ${what}.`);
  return value;
}

/** Text that people give things. */
export const nameSchema: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '^[^\\p{Cc}]*$',
  description: 'no control characters',
};

/** Text that makes repeating a request safe. */
export const clientTokenSchema: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  pattern: '^[!-~]*$',
  description: 'printable ASCII without spaces',
};

/** Text about a thing. */
export const descriptionSchema: Schema = { type: 'string', maxLength: 255 };

/** Milliseconds of the cloud's clock, a day at most. */
export const durationSchema: Schema = { type: 'integer', minimum: 0, maximum: 86_400_000 };

/** A time. */
export const timeSchema: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?\\+00:00$',
  description: 'RFC 3339, UTC',
};
