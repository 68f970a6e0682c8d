/** Reads the test cloud's JSON and checks it with zod. Only this folder and `options.ts` use zod. */
import { CloudError } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';

/** Data that the owner attached, or that the cloud added. */
export const wireExtra: z.ZodMiniType<Record<string, unknown>> = z.record(z.string(), z.unknown());

/** Reads a body of a given shape. @throws {CloudError} `malformed-response`, with the place that does not match. */
export function parse<Shape extends z.ZodMiniType>(shape: Shape, body: Uint8Array): z.infer<Shape> {
  const parsed = shape.safeParse(tryJson(body));
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

/** Maps a state to core's. The cloud writes states in capitals; a state that core does not know becomes `unknown`. */
export function readState<State extends string>(states: Readonly<Record<string, State>>, text: string): State {
  const state = text.toLowerCase();
  return Object.values(states).find((known) => known === state) ?? ('unknown' as State);
}

/** A model's `createdAt`, left out when the date is invalid. */
export function readCreatedAt(text: string | undefined): { readonly createdAt?: Date } {
  const createdAt = new Date(text ?? Number.NaN);
  return Number.isNaN(createdAt.getTime()) ? {} : { createdAt };
}
