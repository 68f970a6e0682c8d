/** Reads the bodies of the test cloud's errors. */
import { tryJson } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';

const wireError = z.object({
  error: z.object({
    message: z.string(),
    code: z.optional(z.unknown()),
    field: z.optional(z.unknown()),
  }),
});

/** What the cloud reports about a failure. */
export interface WireFailure {
  readonly message: string;
  /** The cloud's error code, such as `in-use`. */
  readonly reason?: string;
  /** The invalid argument or option, by its name in this API. */
  readonly field?: string;
}

/** Reads the body of an unsuccessful response. Any body is accepted. */
export function readFailure(body: Uint8Array): WireFailure {
  const parsed = wireError.safeParse(tryJson(body));
  if (!parsed.success) return { message: 'the cloud refused the request' };
  const { code, field, message } = parsed.data.error;
  return {
    message,
    ...(typeof code === 'string' && { reason: code }),
    ...(typeof field === 'string' && { field: argumentOf(field) }),
  };
}

/** Maps a wire field to our argument: `node_id` to `node`, `size_gb` to `sizeGb`, `auth.key_pair` to `auth`. */
function argumentOf(field: string): string {
  const [name = field] = field.split('.');
  return name.replace(/_id$/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
