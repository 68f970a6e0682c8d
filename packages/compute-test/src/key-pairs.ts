/** Operations on key pairs. A private key is never sent and never appears in an error. */
import {
  drain,
  environment,
  invalidArgument,
  type KeyPair,
  keyPairNameOf,
  type Operation,
  readFile,
  textOf,
} from '@isobar/core/provider';
import { maxKeyFileBytes } from './limits.ts';
import { deleteResource, listPages, type Scope, send } from './requests.ts';
import { readKeyPair, readKeyPairs } from './wire/key-pairs.ts';

/** All key pairs. One exchange per page. */
export function* listKeyPairs(scope: Scope): Operation<KeyPair[]> {
  return yield* drain(listPages(scope, { path: '/key_pairs' }, readKeyPairs));
}

/** Gets one key pair. One exchange. */
export function* getKeyPair(scope: Scope, name: string): Operation<KeyPair> {
  const { path, ...subject } = keyPairAt(textOf('name', name));
  const { body } = yield* send(scope, { method: 'GET', path, idempotent: true, subject });
  return readKeyPair(body);
}

/** Has the cloud generate a key pair. One exchange, not retried when the response is lost. */
export function* createKeyPair(scope: Scope, name: string): Operation<KeyPair> {
  return yield* postKeyPair(scope, { name: textOf('name', name) });
}

/** Imports a public key. One exchange, not retried when the response is lost. */
export function* importKeyPairFromString(scope: Scope, name: string, keyMaterial: string): Operation<KeyPair> {
  const key = checkedPublicKey('keyMaterial', keyMaterial);
  return yield* postKeyPair(scope, { name: textOf('name', name), public_key: key });
}

/** Imports the public key in a file; `~/` is the user's home folder. One exchange. */
export function* importKeyPairFromFile(scope: Scope, name: string, path: string): Operation<KeyPair> {
  textOf('name', name);
  const file = textOf('path', path);
  const home = /^~[/\\]/.test(file) ? (yield* environment([])).homeFolder : '';
  const bytes = yield* readFile(home ? home + file.slice(1) : file, { maxBytes: maxKeyFileBytes });
  if (!bytes) throw invalidArgument('path', 'must be the path of a file with a public key; there is no such file');
  const key = checkedPublicKey('path', new TextDecoder().decode(bytes));
  return yield* postKeyPair(scope, { name, public_key: key });
}

/** Deletes a key pair. One exchange. */
export function* deleteKeyPair(scope: Scope, keyPair: KeyPair | string): Operation<void> {
  yield* deleteResource(scope, keyPairAt(keyPairNameOf(keyPair)));
}

function* postKeyPair(scope: Scope, json: { readonly name: string; readonly public_key?: string }): Operation<KeyPair> {
  const subject = { keyPair: json.name };
  const { body } = yield* send(scope, { method: 'POST', path: '/key_pairs', json, idempotent: false, subject });
  return readKeyPair(body);
}

function keyPairAt(keyPair: string): { readonly path: string; readonly keyPair: string } {
  return { path: `/key_pairs/${encodeURIComponent(keyPair)}`, keyPair };
}

/**
 * Checks that a string is a public key in OpenSSH's format, and trims white space. Any other value may be a secret
 * passed by mistake, so the error does not quote it.
 */
export function checkedPublicKey(field: string, text: string): string {
  const key = typeof text === 'string' ? text.trim() : '';
  if (/PRIVATE KEY/.test(key))
    throw invalidArgument(field, 'must be a public key, but this is a private one; it was not sent');
  if (/^[a-z][\w@.-]* [A-Za-z0-9+/]+={0,2}( [^\r\n]*)?$/.test(key)) return key;
  throw invalidArgument(field, 'must be a public key in one line, such as `ssh-ed25519 AAAA… comment`');
}
