/** A Google Storage driver whose service is a script that accepts only signed requests. */
import type { RetryPolicy } from '@isobar/core/provider';
import type { Answer } from '../../core/testing/scripted-service.ts';
import { ScriptedWorld } from '../../core/testing/scripted-world.ts';
import type { GoogleStorageOperations } from '../src/contract.ts';
import { googleStorage } from '../src/provider.ts';
import { signatureProblem } from './signature-verifier.ts';

/** Credentials that open nothing. */
export const exampleKey = 'GOOG1EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE';
/** The secret of {@link exampleKey}. */
export const exampleSecret = 'bXlGYWtlU2VjcmV0S2V5Rm9yRG9jc09ubHkxMjM0';

const policy: RetryPolicy = { attempts: 3, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 60_000 };

/** A driver and the world that it sees. */
export interface ScriptedStorage {
  readonly world: ScriptedWorld;
  readonly storage: GoogleStorageOperations;
}

/** Makes a driver with an example key for a world of its own, which accepts only what that has signed. */
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

/** Makes a driver with any options for a world of its own. */
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

/** An answer that tells to come back later. */
export const busy: Answer = errorAnswer(503, 'ServiceUnavailable', 'Come back later.');

/** The answer to a request for a range of an object: those bytes, and where in the object they lie. */
export function rangeAnswer(whole: Uint8Array, startBytes: number, endBytes: number, more: Answer = {}): Answer {
  return {
    status: 206,
    body: whole.subarray(startBytes, endBytes),
    ...more,
    headers: { ...more.headers, 'content-range': `bytes ${startBytes}-${endBytes - 1}/${whole.length}` },
  };
}
