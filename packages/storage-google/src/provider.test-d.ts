/** What a user of Google Storage gets from the compiler: narrowed models, exact providers, options that are checked. */
import type { Async, Blocking, BlockingListing, InputOf, ProviderFor } from '@isobar/core';
import { getProvider } from '@isobar/core';
import { describe, expectTypeOf, test } from 'vitest';
import type { GoogleContainer, GoogleObject, GoogleStorageOperations, GoogleStorageProvider } from './index.ts';

describe('faces of Google Storage', () => {
  test('return objects with what only Google knows', () => {
    expectTypeOf<ReturnType<Blocking<GoogleStorageOperations>['getObject']>>().toEqualTypeOf<GoogleObject>();
    expectTypeOf<ReturnType<Async<GoogleStorageOperations>['writeObject']>>().toEqualTypeOf<Promise<GoogleObject>>();
  });
  test('list containers of Google', () => {
    expectTypeOf<ReturnType<Blocking<GoogleStorageOperations>['iterateContainers']>>().toEqualTypeOf<
      BlockingListing<GoogleContainer>
    >();
  });
  test('take a listed object where a reference is wanted', () => {
    expectTypeOf<GoogleObject>().toExtend<Parameters<Blocking<GoogleStorageOperations>['deleteObject']>[0]>();
  });
  test('keep generations as text', () => {
    expectTypeOf<GoogleObject['extra']['generation']>().toEqualTypeOf<string | undefined>();
  });
});

describe('getProvider', () => {
  test('has the exact type for the literal id', () => {
    expectTypeOf(getProvider<'google-storage'>).returns.resolves.toEqualTypeOf<GoogleStorageProvider>();
  });
  test('does not mind the case of the id', () => {
    expectTypeOf<ProviderFor<'GOOGLE-Storage'>>().toEqualTypeOf<GoogleStorageProvider>();
  });
});

describe('options', () => {
  type Options = InputOf<GoogleStorageProvider>;
  test('need key and secret', () => {
    expectTypeOf<{ key: string; secret: string }>().toExtend<Options>();
    expectTypeOf<{ key: string }>().not.toExtend<Options>();
  });
  test('have no others than these', () => {
    expectTypeOf<keyof Options>().toEqualTypeOf<'key' | 'secret' | 'project' | 'endpoint' | 'allowPlainHttp'>();
  });
  test('refuse a name that is misspelt', () => {
    // @ts-expect-error: there is no option of that name
    const options: Options = { key: 'k', secret: 's', regoin: 'eu' };
    expectTypeOf(options).toEqualTypeOf<Options>();
  });
});
