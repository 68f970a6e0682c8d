/** `connect` of every design checks its arguments, and its errors name the fix. */
import { type AnyProvider, getProvider } from '@isobar/core';
import * as flag from '@isobar/design-flag';
import * as mixin from '@isobar/design-mixin';
import * as session from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';
import { describe, expect, test } from 'vitest';

/** `connect` without types, as JavaScript calls it. */
type AnyConnect = (...args: unknown[]) => object;

const account = { key: 'GOOG1EXAMPLEKEY', secret: 'an-example-secret' };

describe.for(Object.entries({ flag, mixin, session }))('connect of design-%s', ([, { connect }]) => {
  const open = connect as unknown as AnyConnect;

  test.for<[string, () => unknown[], RegExp]>([
    ['no arguments', () => [], /`provider` must be a provider, such as googleStorage .*not undefined/],
    [
      'the id of a provider',
      () => ['google-storage', account],
      /not a string; to use an id: connect\(await getProvider/,
    ],
    ['a promise of a provider', () => [getProvider('google-storage'), account], /`provider` is a promise: await it/],
    ['another object', () => [{ googleStorage }, account], /`provider` must be a provider/],
    ['options only', () => [account], /`provider` must be a provider/],
    ['no options', () => [googleStorage], /options must be an object: connect\(provider, \{.*Known options: .*secret/],
    ['null for options', () => [googleStorage, null], /options must be an object/],
    ['a key for options', () => [googleStorage, account.key, account.secret], /options must be an object/],
  ])('refuses %s', ([, given, message]) => {
    expect(() => open(...given())).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(() => open(...given())).toThrow(message);
    expect(() => open(...given())).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(account.key) }),
    );
  });

  test('takes a provider and its options (control)', () => {
    expect(open(googleStorage as AnyProvider, account)).toHaveProperty('provider.id', 'google-storage');
  });
});

describe('the flag of design-flag', () => {
  test.for(['yes', 'false', 1, 0, null])('must not be %j, so that no blocking driver is made by mistake', (async) => {
    const open = flag.connect as unknown as AnyConnect;
    expect(() => open(googleStorage, { ...account, async })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: expect.objectContaining({ field: 'async' }) }),
    );
  });

  test.for([
    [true, Symbol.asyncDispose],
    [false, Symbol.dispose],
    [undefined, Symbol.dispose],
  ] as const)('may be %s', ([async, dispose]) => {
    const open = flag.connect as unknown as AnyConnect;
    expect(dispose in open(googleStorage, { ...account, async })).toBe(true);
  });
});
