/** Operations of Google Storage against a scripted service that accepts only signed requests. */
import type { RetryPolicy } from '@isobar/core/provider';
import { type Answer, ScriptedWorld } from '@isobar/core/testing';
import { exampleKey, exampleSecret } from '../../s3-dialect/testing/example-key.ts';
import { signatureProblem } from '../../s3-dialect/testing/signature-verifier.ts';
import type { GoogleStorageOperations } from '../src/contract.ts';
import { googleStorage } from '../src/provider.ts';

export { exampleKey, exampleSecret };

const policy: RetryPolicy = { attempts: 3, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 60_000 };

/** The operations and the scripted world that they run in. */
export interface ScriptedStorage {
  readonly world: ScriptedWorld;
  readonly storage: GoogleStorageOperations;
}

/** Makes operations with an example key, and a scripted world that accepts only requests signed with it. */
export function scriptStorage(
  settings: { readonly project?: string; readonly attempts?: number } = {},
): ScriptedStorage {
  const { attempts, ...more } = settings;
  const scripted = scriptStorageWith({ key: exampleKey, secret: exampleSecret, ...more }, attempts);
  scripted.world.service.problemOf = (request) => {
    if (request.origin !== 'https://storage.googleapis.com') return `goes to ${request.origin}`;
    if (request.headers.host !== 'storage.googleapis.com') return 'has the wrong host';
    return signatureProblem(request, exampleSecret);
  };
  return scripted;
}

/** Makes operations with any options, and a scripted world. */
export function scriptStorageWith(input: object, attempts: number = policy.attempts): ScriptedStorage {
  const world = new ScriptedWorld();
  const options = googleStorage.options.safeParse(input);
  if (!options.success) throw new Error(`wrong options: ${options.error.issues.map(({ message }) => message)}`);
  return { world, storage: googleStorage.operations(options.data, { retry: { ...policy, attempts } }) };
}

/** An error as Google Storage writes it. */
export function errorAnswer(status: number, code: string, message = 'It did not work.', details?: string): Answer {
  const more = details === undefined ? '' : `<Details>${details}</Details>`;
  return {
    status,
    headers: { 'content-type': 'application/xml; charset=UTF-8', 'x-guploader-uploadid': 'ABCD-request' },
    body: `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`,
  };
}

/** A response that asks the client to retry. */
export const busy: Answer = errorAnswer(503, 'ServiceUnavailable', 'Come back later.');

/** The response to a request for a range of an object. */
export function rangeAnswer(whole: Uint8Array, startBytes: number, endBytes: number, more: Answer = {}): Answer {
  return {
    status: 206,
    body: whole.subarray(startBytes, endBytes),
    ...more,
    headers: { ...more.headers, 'content-range': `bytes ${startBytes}-${endBytes - 1}/${whole.length}` },
  };
}
