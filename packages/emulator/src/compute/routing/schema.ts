/**
 * The part of JSON Schema that describes the test cloud's interface. The same schema documents a field in OpenAPI and
 * checks it in a request, so the two cannot differ.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
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

const ajv = new Ajv2020({ strict: false });

/** Refuses a value that the schema does not allow. The error names the wrong field. */
export function check(schema: Schema, value: unknown, field: string): void {
  const validate = ajv.compile(schema);
  if (validate(value)) return;
  const [error] = validate.errors ?? [];
  // An item of a list has the name of the list.
  const names = (error?.instancePath ?? '').split('/').filter((name) => name !== '' && !/^\d+$/.test(name));
  const [wrong, found] = names.reduce<[Schema, unknown]>(
    ([outer, held], name) => [outer.properties?.[name] ?? outer, Object(held)[name]],
    [schema, value],
  );
  const path = [field, ...names].filter((name) => name !== '').join('.');
  const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const { additionalProperty: extra, missingProperty: missing } = (error?.params ?? {}) as Record<string, string>;
  if (extra !== undefined) {
    throw invalid(inside(extra), `is not known; allowed: ${Object.keys(wrong.properties ?? {}).join(', ') || 'none'}`);
  }
  if (missing !== undefined) {
    throw invalid(inside(missing), `is missing; it must be ${ruleOf(wrong.properties?.[missing] ?? {})}`);
  }
  throw invalid(path || 'body', `must be ${ruleOf(wrong)}, not ${shapeOf(found)}`);
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
