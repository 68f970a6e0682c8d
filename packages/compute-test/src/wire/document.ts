/** JSON of the test cloud, checked with zod. zod stays in this folder and in `options.ts`. */
import { CloudError } from '@isobar/core/provider';
import * as z from 'zod/mini';

/** What an owner attached, or what the cloud knows besides. */
export const wireExtra: z.ZodMiniType<Record<string, unknown>> = z.record(z.string(), z.unknown());

/** Reads a body that has a shape. @throws {CloudError} `malformed-response` that says where it has another. */
export function parse<Shape extends z.ZodMiniType>(shape: Shape, body: Uint8Array): z.infer<Shape> {
  const parsed = shape.safeParse(tryJson(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` at ${issue.path.map(String).join('.')}` : '';
  throw new CloudError('malformed-response', `the cloud's answer is not what was asked for${where}`);
}

/** The JSON value of a body; `undefined` when it is no JSON. */
export function tryJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** A state in the words of core. The cloud's are in capitals; what is not known becomes `unknown`. */
export function readState<State extends string>(states: Readonly<Record<string, State>>, text: string): State {
  const state = text.toLowerCase();
  return Object.values(states).find((known) => known === state) ?? ('unknown' as State);
}

/** A date as a part of a model; nothing when it makes no sense. */
export function readCreatedAt(text: string | undefined): { readonly createdAt?: Date } {
  const createdAt = new Date(text ?? Number.NaN);
  return Number.isNaN(createdAt.getTime()) ? {} : { createdAt };
}
