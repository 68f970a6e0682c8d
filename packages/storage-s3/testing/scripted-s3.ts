/** Operations of S3 against a scripted service that accepts only signed requests. */
import type { RetryPolicy } from '@isobar/core/provider';
import { type Answer, ScriptedWorld } from '@isobar/core/testing';
import { amazonDialect, signatureProblem } from '../../s3-dialect/testing/signature-verifier.ts';
import type { S3StorageOperations } from '../src/contract.ts';
import { s3 } from '../src/provider.ts';

/** An access key without access to anything. */
const account = { key: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' } as const;

const policy: RetryPolicy = { attempts: 3, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 60_000 };

/** The operations and the scripted world that they run in. */
export interface ScriptedS3 {
  readonly world: ScriptedWorld;
  readonly storage: S3StorageOperations;
}

/** Makes operations, and a scripted world that accepts only requests signed with the example key. */
export function scriptS3(input: object = {}): ScriptedS3 {
  const world = new ScriptedWorld();
  const options = s3.options.safeParse({ ...account, region: 'eu-central-1', ...input });
  if (!options.success) throw new Error(`wrong options: ${options.error.issues.map(({ message }) => message)}`);
  world.service.problemOf = ({ headers, ...request }) => {
    // The verifier is of a service that refuses ranges in signatures; Amazon's advises them.
    if (headers.authorization === undefined || headers.range !== undefined) return undefined;
    return signatureProblem({ ...request, headers }, account.secret, amazonDialect);
  };
  return { world, storage: s3.operations(options.data, { retry: policy }) };
}

/** An error as S3 writes it. */
export function errorAnswer(status: number, code: string, more = '', headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'REQUEST', ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>It did not work.</Message>${more}</Error>`,
  };
}

/** The headers of an object. */
export function objectAnswer(body: string, more: Record<string, string> = {}): Answer {
  return {
    headers: { etag: '"an-etag"', 'content-length': String(body.length), 'content-type': 'text/plain', ...more },
    body,
  };
}
