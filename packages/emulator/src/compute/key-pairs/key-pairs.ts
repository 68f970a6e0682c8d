/**
 * Key pairs: public SSH keys by name. A generated private key is returned once and not stored.
 */

import type { KeyPairDetail } from '../cloud/details.ts';
import type { Resource } from '../cloud/resources.ts';
import { answerPage, pageParameters } from '../routing/paging.ts';
import { invalid, Problem } from '../routing/problem.ts';
import { type Answer, type Call, found, type Route } from '../routing/route.ts';
import { objectSchema, type Schema } from '../routing/schema.ts';
import { fingerprintOf, generateSshKeys, isPublicKey } from './ssh-keys.ts';

function keyPairDocument({ name, detail }: Resource<KeyPairDetail>): object {
  return { name, public_key: detail.publicKey, fingerprint: fingerprintOf(detail.publicKey) };
}

const keyName: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '^[\\w.@+-][\\w.@+ -]*$',
  description: 'letters, digits and _.@+- and spaces',
};

/** The schema of a key pair. */
export const keyPairSchema: Schema = objectSchema(
  { name: keyName, public_key: { type: 'string' }, fingerprint: { type: 'string', pattern: '^SHA256:' } },
  { private_key: { type: 'string', description: 'PEM; only in the response of its creation.' } },
);

const keyPair: Schema = { $ref: '#/components/schemas/KeyPair' };

/** The routes of key pairs. */
export const keyPairRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/key_pairs',
    operationId: 'listKeyPairs',
    summary: 'Key pairs, in order of creation.',
    query: pageParameters,
    replies: { 200: { description: 'A page.', schema: { type: 'array', items: keyPair } } },
    isPaged: true,
    answer(call) {
      const { cloud, region, nowMs } = call;
      return answerPage(
        call,
        (after, limit) => cloud.keyPairs.page({ region: region.id, nowMs, after, limit }),
        ({ seq }) => seq,
        keyPairDocument,
      );
    },
  },
  {
    method: 'POST',
    path: '/key_pairs',
    operationId: 'createKeyPair',
    summary: 'Stores a public key, or generates a pair and returns the private key.',
    body: objectSchema({ name: keyName }, { public_key: { type: 'string', minLength: 1, maxLength: 16_384 } }),
    replies: { 201: { description: 'The key pair.', schema: keyPair } },
    refuses: ['already-exists'],
    answer: createKeyPair,
  },
  {
    method: 'GET',
    path: '/key_pairs/{name}',
    operationId: 'getKeyPair',
    summary: 'A key pair.',
    replies: { 200: { description: 'The key pair.', schema: keyPair } },
    answer: (call) => ({ status: 200, value: keyPairDocument(keyPairOf(call)) }),
  },
  {
    method: 'DELETE',
    path: '/key_pairs/{name}',
    operationId: 'deleteKeyPair',
    summary: 'Deletes a key pair.',
    replies: { 204: { description: 'Deleted.' } },
    answer(call) {
      call.cloud.keyPairs.remove(keyPairOf(call));
      return { status: 204 };
    },
  },
];

function keyPairOf({ cloud, region, params, nowMs }: Call): Resource<KeyPairDetail> {
  const { name = '' } = params;
  return found(cloud.keyPairs.find(region.id, name, nowMs), `key pair ${name} in region ${region.id}`);
}

function createKeyPair({ cloud, region, nowMs, body }: Call): Answer {
  const { name, public_key: given } = body as { readonly name: string; readonly public_key?: string };
  if (cloud.keyPairs.find(region.id, name, nowMs) !== undefined) {
    throw new Problem('already-exists', `There is a key pair ${name} in region ${region.id} already.`);
  }
  if (given !== undefined && !isPublicKey(given)) {
    throw invalid('public_key', 'must be a public key in OpenSSH format');
  }
  const made = given === undefined ? generateSshKeys(name) : { publicKey: given.trimEnd() };
  const stored = cloud.keyPairs.insert({
    region: region.id,
    id: name,
    name,
    createdMs: nowMs,
    state: 'AVAILABLE',
    detail: { publicKey: made.publicKey },
  });
  const document = keyPairDocument(stored);
  return { status: 201, value: 'privateKey' in made ? { ...document, private_key: made.privateKey } : document };
}
