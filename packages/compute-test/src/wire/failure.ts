/** The test cloud's errors, whatever their body is. */
import * as z from 'zod/mini';
import { tryJson } from './document.ts';

const wireError = z.object({
  error: z.object({
    message: z.string(),
    code: z.catch(z.optional(z.string()), undefined),
    field: z.catch(z.optional(z.string()), undefined),
  }),
});

/** What the cloud says of a failure. */
export interface WireFailure {
  readonly message: string;
  /** The cloud's own name for it: `in-use`. */
  readonly reason?: string;
  /** The argument or option at fault, in our spelling. */
  readonly field?: string;
}

/** Reads the body of an unsuccessful answer. */
export function readFailure(body: Uint8Array): WireFailure {
  const parsed = wireError.safeParse(tryJson(body));
  if (!parsed.success) return { message: 'the cloud refused the request' };
  const { code, field, message } = parsed.data.error;
  return {
    message,
    ...(code !== undefined && { reason: code }),
    ...(field !== undefined && { field: argumentOf(field) }),
  };
}

/** `node_id` is our `node`, `size_gb` our `sizeGb`, `auth.key_pair` a part of our `auth`. */
function argumentOf(field: string): string {
  const [name = field] = field.split('.');
  return name.replace(/_id$/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
