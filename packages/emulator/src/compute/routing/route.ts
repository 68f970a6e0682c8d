/**
 * A route of the test cloud. One table of routes answers requests, checks them, and generates the OpenAPI document.
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
  /** Numbers and lists are already parsed. */
  readonly query: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Checked by the route's schema; an absent body is an empty object. */
  readonly body: unknown;
}

/** The response of a route. */
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
  /** Responses by status: their meaning, and the schema of their JSON, if any. */
  readonly replies: Readonly<Record<number, { readonly description: string; readonly schema?: Schema }>>;
  /** Its errors besides those of every route. */
  readonly refuses?: readonly ProblemCode[];
  /** True for a listing, whose response has the cursor of the next page in a header. */
  readonly isPaged?: boolean;
  /** Every method but GET runs in one synchronous transaction, so only a GET may return a promise. */
  answer(call: Call): Answer | Promise<Answer>;
}

/** Returns a value that must exist. @throws {Problem} `not-found`. */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Problem('not-found', `There is no ${what}.`);
  return value;
}

/** A name. */
export const nameSchema: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '^[^\\p{Cc}]*$',
  description: 'no control characters',
};

/** A token that makes a request safe to repeat. */
export const clientTokenSchema: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  pattern: '^[!-~]*$',
  description: 'printable ASCII without spaces',
};

/** A description. */
export const descriptionSchema: Schema = { type: 'string', maxLength: 255 };

/** Milliseconds of the cloud's clock, at most a day. */
export const durationSchema: Schema = { type: 'integer', minimum: 0, maximum: 86_400_000 };

/** A time. */
export const timeSchema: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?\\+00:00$',
  description: 'RFC 3339, UTC',
};
