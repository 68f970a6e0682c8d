/** Operations on key pairs, which belong to the user and not to the project. A private key is never sent. */
import {
  CloudError,
  drain,
  type KeyPair,
  keyPairNameOf,
  type Operation,
  publicKeyInFile,
  publicKeyOf,
  readJson,
  textOf,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { deleteResource, getJson, listPages, type Scope, send } from './requests.ts';

const wireKeyPair = z.object({
  keypair: z.object({
    name: z.string(),
    public_key: z.string(),
    fingerprint: z.string(),
    private_key: z.nullish(z.string()),
  }),
});
const wireKeyPairs = z.object({ keypairs: z.array(wireKeyPair) });

/** The first version whose listings have pages. From 2.92 on Nova makes no keys. */
const version = '2.35';

/** All key pairs. One exchange a page. */
export function* listKeyPairs(scope: Scope): Operation<KeyPair[]> {
  const request = { service: 'compute', path: '/os-keypairs', version } as const;
  return yield* drain(listPages(scope, request, wireKeyPairs, ({ keypairs }) => keypairs.map(toKeyPair)));
}

/** Gets one key pair. One exchange. */
export function* getKeyPair(scope: Scope, name: string): Operation<KeyPair> {
  const keyPair = textOf('name', name);
  const request = { service: 'compute', path: pathOf(keyPair), subject: { keyPair }, version } as const;
  return toKeyPair(yield* getJson(scope, wireKeyPair, request));
}

/** Has Nova make a key pair. One exchange, not retried when the answer is lost: the private key is lost with it. */
export function* createKeyPair(scope: Scope, name: string): Operation<KeyPair> {
  const keyPair = textOf('name', name);
  const json = { keypair: { name: keyPair, type: 'ssh' } };
  const request = { service: 'compute', method: 'POST', path: '/os-keypairs', json, idempotent: false } as const;
  const { body } = yield* send(scope, { ...request, subject: { keyPair }, version, fields: faults });
  return toKeyPair(readJson(wireKeyPair, body));
}

/** Imports a public key. One exchange. A later attempt that finds the same key counts as success. */
export function* importKeyPairFromString(scope: Scope, name: string, keyMaterial: string): Operation<KeyPair> {
  return yield* importKey(scope, textOf('name', name), publicKeyOf('keyMaterial', keyMaterial));
}

/** Imports the public key in a file; `~/` is the user's home folder. One exchange. */
export function* importKeyPairFromFile(scope: Scope, name: string, path: string): Operation<KeyPair> {
  return yield* importKey(scope, textOf('name', name), yield* publicKeyInFile(path));
}

/** Deletes a key pair. One exchange. */
export function* deleteKeyPair(scope: Scope, given: KeyPair | string): Operation<void> {
  const keyPair = keyPairNameOf(given);
  yield* deleteResource(scope, { service: 'compute', path: pathOf(keyPair), subject: { keyPair }, version });
}

const faults: Readonly<Record<string, RegExp>> = { keyMaterial: /Keypair data|public_key/, name: /attribute name\b/ };

function* importKey(scope: Scope, keyPair: string, key: string): Operation<KeyPair> {
  const json = { keypair: { name: keyPair, type: 'ssh', public_key: key } };
  const request = { service: 'compute', method: 'POST', path: '/os-keypairs', json, idempotent: true } as const;
  const alreadyDone = ({ code }: CloudError): boolean => code === 'already-exists';
  const { body, status } = yield* send(scope, {
    ...request,
    subject: { keyPair },
    version,
    fields: faults,
    alreadyDone,
  });
  if (status !== 409) return toKeyPair(readJson(wireKeyPair, body));
  const present = yield* getKeyPair(scope, keyPair);
  if (present.publicKey === key) return present;
  throw new CloudError('already-exists', `key pair ${keyPair}: it exists with another key`, { status, keyPair });
}

function pathOf(name: string): string {
  return `/os-keypairs/${encodeURIComponent(name)}`;
}

function toKeyPair({ keypair }: z.infer<typeof wireKeyPair>): KeyPair {
  const { fingerprint, name, private_key: privateKey, public_key: publicKey } = keypair;
  return { name, publicKey, fingerprint, ...(privateKey != null && { privateKey }) };
}
