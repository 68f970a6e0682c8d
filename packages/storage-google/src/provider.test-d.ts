/** The types that users of Google Storage get: narrowed models, exact providers, checked options. */
import type { Async, Blocking, BlockingListing, InputOf, ProviderFor, StorageOperations } from '@isobar/core';
import { getProvider } from '@isobar/core';
import { describe, expectTypeOf, test } from 'vitest';
import type {
  GoogleContainer,
  GoogleObject,
  GoogleStorageOperations,
  GoogleStorageProvider,
  GoogleUploadOptions,
  ResumableUpload,
} from './index.ts';

describe('drivers of Google Storage', () => {
  test('return objects with Google’s own fields', () => {
    expectTypeOf<ReturnType<Blocking<GoogleStorageOperations>['getObject']>>().toEqualTypeOf<GoogleObject>();
    expectTypeOf<ReturnType<Async<GoogleStorageOperations>['writeObject']>>().toEqualTypeOf<Promise<GoogleObject>>();
  });
  test('list Google containers', () => {
    expectTypeOf<ReturnType<Blocking<GoogleStorageOperations>['iterateContainers']>>().toEqualTypeOf<
      BlockingListing<GoogleContainer>
    >();
  });
  test('accept a listed object as a reference', () => {
    expectTypeOf<GoogleObject>().toExtend<Parameters<Blocking<GoogleStorageOperations>['deleteObject']>[0]>();
  });
  test('have generations as strings', () => {
    expectTypeOf<GoogleObject['extra']['generation']>().toEqualTypeOf<string | undefined>();
  });
});

describe('Google’s own options', () => {
  type Methods = Blocking<GoogleStorageOperations>;
  test('are accepted by portable methods', () => {
    expectTypeOf<Parameters<Methods['writeObject']>[3]>().toEqualTypeOf<GoogleUploadOptions | undefined>();
    expectTypeOf<{ ifGenerationMatch: 0; predefinedAcl: 'private' }>().toExtend<GoogleUploadOptions>();
    expectTypeOf<{ predefinedAcl: 'everybody' }>().not.toExtend<GoogleUploadOptions>();
    expectTypeOf<{ ifGenerationMatch: bigint }>().not.toExtend<GoogleUploadOptions>();
    expectTypeOf<Parameters<Methods['deleteObject']>[1]>().toExtend<{ readonly generation?: string } | undefined>();
  });
  test('keep a Google driver assignable to a storage driver', () => {
    expectTypeOf<GoogleStorageOperations>().toExtend<StorageOperations>();
  });
  test('keep a resumable upload plain: strings only', () => {
    expectTypeOf<ResumableUpload[keyof ResumableUpload]>().toEqualTypeOf<string>();
  });
});

describe('getProvider', () => {
  test('has the exact type for the literal id', () => {
    expectTypeOf(getProvider<'google-storage'>).returns.resolves.toEqualTypeOf<GoogleStorageProvider>();
  });
  test('ignores the case of the id', () => {
    expectTypeOf<ProviderFor<'GOOGLE-Storage'>>().toEqualTypeOf<GoogleStorageProvider>();
  });
});

describe('options', () => {
  type Options = InputOf<GoogleStorageProvider>;
  const hmac = { key: 'k', secret: 's' };
  const account = { client_email: 'a', private_key: 'b' };
  test('accept each way to authenticate', () => {
    expectTypeOf(hmac).toExtend<Options>();
    expectTypeOf({ ...hmac, signature: 'aws4' as const }).toExtend<Options>();
    expectTypeOf({ accessToken: 't' }).toExtend<Options>();
    expectTypeOf({ accessToken: async () => ({ token: 't', expiresAt: new Date(0) }) }).toExtend<Options>();
    expectTypeOf({ serviceAccount: account, scopes: ['s'] }).toExtend<Options>();
    expectTypeOf({ serviceAccount: { ...account, universe_domain: 'googleapis.com' } }).toExtend<Options>();
    expectTypeOf({ serviceAccount: '/key.json' }).toExtend<Options>();
    expectTypeOf({ credentials: 'application-default' as const, scopes: ['s'] }).toExtend<Options>();
    expectTypeOf({ credentials: 'metadata-server' as const }).toExtend<Options>();
    expectTypeOf({ credentials: 'anonymous' as const, project: 'p' }).toExtend<Options>();
  });
  test('accept exactly one of them', () => {
    expectTypeOf<object>().not.toExtend<Options>();
    expectTypeOf<{ project: string }>().not.toExtend<Options>();
    expectTypeOf<{ key: string }>().not.toExtend<Options>();
    expectTypeOf<{ secret: string }>().not.toExtend<Options>();
    expectTypeOf({ ...hmac, accessToken: 't' }).not.toExtend<Options>();
    expectTypeOf({ accessToken: 't', serviceAccount: account }).not.toExtend<Options>();
    expectTypeOf({ accessToken: 't', credentials: 'anonymous' as const }).not.toExtend<Options>();
  });
  test('refuse options of another one', () => {
    expectTypeOf({ accessToken: 't', scopes: ['s'] }).not.toExtend<Options>();
    expectTypeOf({ ...hmac, scopes: ['s'] }).not.toExtend<Options>();
    expectTypeOf({ accessToken: 't', signature: 'aws4' as const }).not.toExtend<Options>();
    expectTypeOf({ credentials: 'anonymous' as const, scopes: ['s'] }).not.toExtend<Options>();
  });
  test('refuse invalid values', () => {
    expectTypeOf({ ...hmac, signature: 'md5' as const }).not.toExtend<Options>();
    expectTypeOf({ credentials: 'default' as const }).not.toExtend<Options>();
    expectTypeOf({ accessToken: () => 5 }).not.toExtend<Options>();
    expectTypeOf({ serviceAccount: { client_email: 'a' } }).not.toExtend<Options>();
  });
  test('are exactly these', () => {
    expectTypeOf<keyof Options>().toEqualTypeOf<
      | ('key' | 'secret' | 'signature' | 'accessToken' | 'serviceAccount' | 'credentials' | 'scopes')
      | ('project' | 'endpoint' | 'allowPlainHttp')
    >();
  });
  test('refuse a name that is misspelt', () => {
    // @ts-expect-error: there is no option of that name
    const options: Options = { key: 'k', secret: 's', regoin: 'eu' };
    expectTypeOf(options).toEqualTypeOf<Options>();
  });
});
