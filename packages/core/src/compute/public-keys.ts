/** Public keys in OpenSSH's format. A private key is never sent and never appears in an error. */
import { textOf } from '../arguments.ts';
import { invalidArgument } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { readFile } from '../steps/file-steps.ts';
import { environment } from '../steps/local-steps.ts';

/** Maximum size of a file with a public key, in bytes. */
const maxFileBytes = 16_384;

/**
 * Checks that a string is a public key, and trims white space. Any other value may be a secret passed by mistake, so the
 * error does not quote it.
 */
export function publicKeyOf(field: string, text: unknown): string {
  const key = typeof text === 'string' ? text.trim() : '';
  if (/PRIVATE KEY/.test(key))
    throw invalidArgument(field, 'must be a public key, but this is a private one; it was not sent');
  if (/^[a-z][\w@.-]* [A-Za-z0-9+/]+={0,2}( [^\r\n]*)?$/.test(key)) return key;
  throw invalidArgument(field, 'must be a public key in one line, such as `ssh-ed25519 AAAA… comment`');
}

/** Reads the public key in a file; `~/` is the user's home folder. No exchange. */
export function* publicKeyInFile(path: string): Operation<string> {
  const file = textOf('path', path);
  const home = /^~[/\\]/.test(file) ? (yield* environment([])).homeFolder : '';
  const bytes = yield* readFile(home ? home + file.slice(1) : file, { maxBytes: maxFileBytes });
  if (!bytes) throw invalidArgument('path', 'must be the path of a file with a public key; there is no such file');
  return publicKeyOf('path', new TextDecoder().decode(bytes));
}
