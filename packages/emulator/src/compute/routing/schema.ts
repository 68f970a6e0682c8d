/**
 * The part of JSON Schema that describes the test cloud's interface. The same schema documents a field in OpenAPI and
 * checks it in a request, so the two cannot differ.
 */
import { invalid } from './problem.ts';

/** A JSON Schema (2020-12), as far as it is used here. */
export interface Schema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** Only in responses. */
  readonly $ref?: string;
}

/** An object whose fields are all listed; those in `optional` may be absent. */
export function objectSchema(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  const properties = { ...required, ...optional };
  return { type: 'object', properties, required: Object.keys(required), additionalProperties: false };
}

/** Refuses a value that the schema does not allow. The error names the innermost wrong field. */
export function check(schema: Schema, value: unknown, field: string): void {
  if (!isOfType(schema.type, value) || !isAllowed(schema, value)) {
    throw invalid(field === '' ? 'body' : field, `must be ${ruleOf(schema)}, not ${shapeOf(value)}`);
  }
  if (schema.type === 'array') {
    for (const item of value as unknown[]) check(schema.items ?? {}, item, field);
  }
  if (schema.type === 'object') checkProperties(schema, value as Readonly<Record<string, unknown>>, field);
}

function checkProperties(schema: Schema, value: Readonly<Record<string, unknown>>, field: string): void {
  const path = (name: string) => (field === '' ? name : `${field}.${name}`);
  const known = schema.properties ?? {};
  for (const [name, item] of Object.entries(value)) {
    if (Object.hasOwn(known, name)) check(known[name] as Schema, item, path(name));
    else if (schema.additionalProperties === false) {
      throw invalid(path(name), `is not known; allowed: ${Object.keys(known).join(', ') || 'none'}`);
    }
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) throw invalid(path(name), `is missing; it must be ${ruleOf(known[name] ?? {})}`);
  }
}

function isOfType(type: Schema['type'], value: unknown): boolean {
  if (type === undefined) return true;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isAllowed(schema: Schema, value: unknown): boolean {
  if (typeof value === 'string') {
    const length = schema.minLength === undefined && schema.maxLength === undefined ? 0 : [...value].length;
    if (schema.enum !== undefined && !schema.enum.includes(value)) return false;
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) return false;
    return isWithin(length, schema.minLength, schema.maxLength);
  }
  if (typeof value === 'number') return isWithin(value, schema.minimum, schema.maximum);
  if (Array.isArray(value)) return isWithin(value.length, schema.minItems, schema.maxItems);
  if (typeof value !== 'object' || value === null) return true;
  return isWithin(Object.keys(value).length, schema.minProperties, schema.maxProperties);
}

function isWithin(value: number, min: number | undefined, max: number | undefined): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

/** Describes the allowed values of a field. */
function ruleOf(schema: Schema): string {
  const { enum: words, pattern, properties } = schema;
  if (words !== undefined) return `one of ${words.join(', ')}`;
  if (schema.type === 'integer') return `a whole number${range(schema.minimum, schema.maximum)}`;
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'array') return `a list${range(schema.minItems, schema.maxItems, ' items')}`;
  if (schema.type === 'object') {
    const limits = range(schema.minProperties, schema.maxProperties, ' fields');
    return `an object${limits}${properties === undefined ? '' : ` of ${Object.keys(properties).join(', ')}`}`;
  }
  const shape = pattern === undefined ? '' : ` (${schema.description ?? pattern})`;
  return `text${range(schema.minLength, schema.maxLength, ' characters')}${shape}`;
}

function range(min: number | undefined, max: number | undefined, unit = ''): string {
  if (min === undefined && max === undefined) return '';
  if (min === max) return ` of exactly ${min}${unit}`;
  if (max === undefined) return ` of at least ${min}${unit}`;
  return min === undefined ? ` of at most ${max}${unit}` : ` from ${min} to ${max}${unit}`;
}

/** Describes a value without its content, which may be a secret. */
function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `text of ${[...value].length} characters`;
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' ? 'an object' : `${value}`;
}
