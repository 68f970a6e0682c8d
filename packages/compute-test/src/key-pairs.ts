/** Operations on key pairs. A private key is never sent and never appears in an error. */
import {
  drain,
  type KeyPair,
  keyPairNameOf,
  type Operation,
  publicKeyInFile,
  publicKeyOf,
  textOf,
} from '@isobar/core/provider';
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
  const key = publicKeyOf('keyMaterial', keyMaterial);
  return yield* postKeyPair(scope, { name: textOf('name', name), public_key: key });
}

/** Imports the public key in a file; `~/` is the user's home folder. One exchange. */
export function* importKeyPairFromFile(scope: Scope, name: string, path: string): Operation<KeyPair> {
  textOf('name', name);
  return yield* postKeyPair(scope, { name, public_key: yield* publicKeyInFile(path) });
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
