/** Reads JSON documents, and checks them with a schema. */
import { CloudError } from '../errors.ts';

/** The part of a zod schema that reads a value; `zod/mini` of `@isobar/core/schema` has it. */
export interface JsonShape<Value> {
  safeParse(
    input: unknown,
  ):
    | { readonly success: true; readonly data: Value }
    | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: PropertyKey[] }[] } };
}

/** Reads a body of a given shape. @throws {CloudError} `malformed-response`, with the place that does not match. */
export function readJson<Value>(shape: JsonShape<Value>, body: Uint8Array): Value {
  return ofShape(shape, tryJson(body));
}

/** The part of a document that has a given shape. @throws {CloudError} `malformed-response`, as above. */
export function ofShape<Value>(shape: JsonShape<Value>, document: unknown): Value {
  const parsed = shape.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` at ${issue.path.map(String).join('.')}` : '';
  throw new CloudError('malformed-response', `the cloud's response has an unexpected form${where}`);
}

/** The JSON value of a body; `undefined` when it is not JSON. */
export function tryJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** The date in a text of a service, left out when it is not one. */
export function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
