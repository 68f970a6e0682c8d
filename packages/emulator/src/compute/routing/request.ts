/**
 * Reads the parameters and the JSON of a request.
 */
import type { IncomingMessage } from 'node:http';
import { gatherBody } from '../../front/body.ts';
import type { BodyFault } from '../../front/faults.ts';
import type { Query } from '../../front/query.ts';
import { invalid, Problem } from './problem.ts';
import type { Call } from './route.ts';
import { check, type Schema } from './schema.ts';

/** Larger bodies are refused. */
const MAX_BODY_BYTES = 64 * 1024;
/** Levels of lists and objects in a body. Writing JSON recurses, so the depth of what is stored is limited. */
const MAX_DEPTH = 32;

/** A requested fault in the middle of the body. */
export class StatusInBody extends Error {
  readonly status: number;

  constructor(status: number) {
    super('A requested fault.');
    this.status = status;
  }
}

/** Reads the body; an absent one is an empty object. */
export async function readJson(request: IncomingMessage, fault: BodyFault | undefined): Promise<unknown> {
  const bytes = await gatherBody(request, (sizeBytes) => {
    if (fault !== undefined && sizeBytes >= fault.afterBytes) throw new StatusInBody(fault.status);
    if (sizeBytes > MAX_BODY_BYTES) {
      throw new Problem('invalid-argument', `The body is larger than ${MAX_BODY_BYTES} bytes.`, { field: 'body' });
    }
  });
  const value = bytes.length === 0 ? {} : parse(bytes);
  if (isDeeper(value, MAX_DEPTH)) throw invalid('body', `must not be nested deeper than ${MAX_DEPTH} levels`);
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

/** Reads the parameters of a route; refuses others. */
export function readQuery(schemas: Readonly<Record<string, Schema>> = {}, query: Query): Call['query'] {
  const values: Record<string, string | number | readonly string[]> = {};
  for (const [name, text] of query.entries) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined) {
      throw invalid(name, `is not known; allowed: ${Object.keys(schemas).join(', ') || 'none'}`);
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
