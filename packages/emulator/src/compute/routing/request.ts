/**
 * What a request says: its parameters and its JSON.
 */
import type { IncomingMessage } from 'node:http';
import { gatherBody } from '../../front/body.ts';
import type { BodyFault } from '../../front/faults.ts';
import type { Query } from '../../front/query.ts';
import { invalid, Problem } from './problem.ts';
import type { Call } from './route.ts';
import { check, type Schema } from './schema.ts';

/** No request says more. */
const LARGEST_BODY_BYTES = 64 * 1024;
/** Levels of lists and objects in a body: what is kept must be written again. */
const DEEPEST = 32;

/** A fault that was asked for in the middle of the body. */
export class StatusInBody extends Error {
  readonly status: number;

  constructor(status: number) {
    super('A fault was asked for.');
    this.status = status;
  }
}

/** Reads the body; an absent one is an empty object. */
export async function readJson(request: IncomingMessage, fault: BodyFault | undefined): Promise<unknown> {
  const bytes = await gatherBody(request, (sizeBytes) => {
    if (fault !== undefined && sizeBytes >= fault.afterBytes) throw new StatusInBody(fault.status);
    if (sizeBytes > LARGEST_BODY_BYTES) {
      throw new Problem('invalid-argument', `The body is larger than ${LARGEST_BODY_BYTES} bytes.`, { field: 'body' });
    }
  });
  const value = bytes.length === 0 ? {} : parse(bytes);
  if (isDeeper(value, DEEPEST)) throw invalid('body', `must not be nested deeper than ${DEEPEST} levels`);
  return value;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('body', 'must be JSON in UTF-8');
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

/** Reads the parameters that a route has; refuses others. */
export function readQuery(schemas: Readonly<Record<string, Schema>> = {}, query: Query): Call['query'] {
  const values: Record<string, string | number | readonly string[]> = {};
  for (const [name, text] of query.entries) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined) {
      throw invalid(name, `is not known; there are ${Object.keys(schemas).join(', ') || 'no parameters'}`);
    }
    if (Object.hasOwn(values, name)) throw invalid(name, 'must be given once');
    const value = readValue(schema, text);
    check(schema, value, name);
    values[name] = value;
  }
  return values;
}

function readValue(schema: Schema, text: string): string | number | readonly string[] {
  if (schema.type === 'array') return text === '' ? [] : text.split(',');
  return schema.type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
