/**
 * What the types of each design prevent of the faults of asynchronous APIs: types that do not know the kind, sources that drift
 * apart, and the wrong kind by accident. Compiled with the other checks; nothing here runs.
 */
import { testCompute } from '@isobar/compute-test';
import { type FlagDriver, connect as openFlag } from '@isobar/design-flag';
import { type MixinDriver, connect as openMixin } from '@isobar/design-mixin';
import {
  AsyncSession,
  type BlockingListing,
  connect as openSession,
  type SessionDriver,
  type SessionOf,
} from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';
import { describe, expectTypeOf, test } from 'vitest';

type Storage = typeof googleStorage;
type Compute = typeof testCompute;

/** A result that must be awaited. */
type Awaitable = PromiseLike<unknown> | AsyncIterable<unknown>;

/** `'awaitable'` when a value is, holds or returns something that must be awaited, at any depth; else never. */
type Holds<Value> = Value extends Awaitable
  ? 'awaitable'
  : Value extends string | Uint8Array | Date
    ? never
    : Value extends (...args: never) => infer Returned
      ? Holds<Returned>
      : Value extends BlockingListing<infer Item>
        ? Holds<Item> | Holds<Pick<Value, 'pages' | 'toArray'>>
        : Value extends Iterable<infer Item>
          ? Holds<Item>
          : Value extends object
            ? { [Name in keyof Value]-?: Holds<Value[Name]> }[keyof Value]
            : never;

/** Names of a driver's methods, without those that close it. */
type MethodNames<Driver> = {
  [Name in Exclude<keyof Driver & string, 'close' | 'closeAsync'>]: Driver[Name] extends (...args: never) => unknown
    ? Name
    : never;
}[Exclude<keyof Driver & string, 'close' | 'closeAsync'>];

/** A driver's methods, without those that close it. */
type Methods<Driver> = Pick<Driver, MethodNames<Driver> & keyof Driver>;

/** Names of methods whose result need not be awaited. */
type NotAwaitable<Driver> = {
  [Name in keyof Driver]: Driver[Name] extends (...args: never) => Awaitable ? never : Name;
}[keyof Driver];

type AsyncNames<Driver> = MethodNames<Driver> & `${string}Async`;
type BlockingNames<Driver> = Exclude<MethodNames<Driver>, `${string}Async`>;
type BlockingHalf<Driver> = Pick<Driver, BlockingNames<Driver> & keyof Driver>;
type AsyncHalf<Driver> = Pick<Driver, AsyncNames<Driver> & keyof Driver>;

const account = { key: 'apache', secret: 'libcloud' };
const storage = {
  session: openSession(googleStorage, account),
  mixin: openMixin(googleStorage, account),
  flag: openFlag(googleStorage, account),
  asyncFlag: openFlag(googleStorage, { ...account, async: true }),
};
const session = new AsyncSession(storage.session);

describe('types that do not know the kind: a blocking driver holds nothing to be awaited, an async one returns nothing else', () => {
  test('session', () => {
    expectTypeOf<Holds<Methods<SessionDriver<Storage>>>>().toEqualTypeOf<never>();
    expectTypeOf<Holds<Methods<SessionDriver<Compute>>>>().toEqualTypeOf<never>();
    expectTypeOf<NotAwaitable<Methods<SessionOf<SessionDriver<Storage>>>>>().toEqualTypeOf<never>();
    expectTypeOf<NotAwaitable<Methods<SessionOf<SessionDriver<Compute>>>>>().toEqualTypeOf<never>();
  });
  test('mixin, by the suffix', () => {
    expectTypeOf<Holds<BlockingHalf<MixinDriver<Storage>>>>().toEqualTypeOf<never>();
    expectTypeOf<Holds<BlockingHalf<MixinDriver<Compute>>>>().toEqualTypeOf<never>();
    expectTypeOf<NotAwaitable<AsyncHalf<MixinDriver<Storage>>>>().toEqualTypeOf<never>();
    expectTypeOf<NotAwaitable<AsyncHalf<MixinDriver<Compute>>>>().toEqualTypeOf<never>();
  });
  test('flag', () => {
    expectTypeOf<Holds<Methods<FlagDriver<Storage, false>>>>().toEqualTypeOf<never>();
    expectTypeOf<Holds<Methods<FlagDriver<Compute, false>>>>().toEqualTypeOf<never>();
    expectTypeOf<NotAwaitable<Methods<FlagDriver<Storage, true>>>>().toEqualTypeOf<never>();
    expectTypeOf<NotAwaitable<Methods<FlagDriver<Compute, true>>>>().toEqualTypeOf<never>();
  });
  test('negative control: one method of the other kind is seen', () => {
    type Deep = { listNodes(): readonly { readonly volumes: Iterable<{ load(): Promise<string> }> }[] };
    expectTypeOf<Holds<Methods<SessionDriver<Compute>> & Deep>>().toEqualTypeOf<'awaitable'>();
    expectTypeOf<Holds<{ iterate(): BlockingListing<Promise<string>> }>>().toEqualTypeOf<'awaitable'>();
    type Shallow = Methods<FlagDriver<Storage, true>> & { quickly(): string; maybe(): string | Promise<string> };
    expectTypeOf<NotAwaitable<Shallow>>().toEqualTypeOf<'quickly' | 'maybe'>();
    expectTypeOf<'getObject'>().toExtend<MethodNames<SessionDriver<Storage>>>();
    expectTypeOf<'getObjectAsync'>().toExtend<AsyncNames<MixinDriver<Storage>>>();
  });
});

describe('types that do not know the kind: a result that is used without await is an error', () => {
  test('session', () => {
    // @ts-expect-error a promise of an object
    session.getObject('c', 'o').sizeBytes;
    // @ts-expect-error an async listing
    for (const _ of session.iterateContainers());
  });
  test('mixin', () => {
    // @ts-expect-error a promise of an object
    storage.mixin.getObjectAsync('c', 'o').sizeBytes;
    // @ts-expect-error an async listing
    for (const _ of storage.mixin.iterateContainersAsync());
  });
  test('flag', () => {
    // @ts-expect-error a promise of an object
    storage.asyncFlag.getObject('c', 'o').sizeBytes;
    // @ts-expect-error an async listing
    for (const _ of storage.asyncFlag.iterateContainers());
    const either = openFlag(googleStorage, { ...account, async: process.argv.length > 2 });
    // @ts-expect-error perhaps a promise of an object
    either.getObject('c', 'o').sizeBytes;
  });
});

describe('types that do not know the kind: a source that must be awaited is an argument of async methods only', () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {}
  test('session', () => {
    // @ts-expect-error it must be awaited
    storage.session.uploadObjectViaStream(pieces(), 'c', 'o');
    session.uploadObjectViaStream(pieces(), 'c', 'o').catch(() => {});
  });
  test('mixin', () => {
    // @ts-expect-error it must be awaited
    storage.mixin.uploadObjectViaStream(pieces(), 'c', 'o');
    storage.mixin.uploadObjectViaStreamAsync(pieces(), 'c', 'o').catch(() => {});
  });
  test('flag', () => {
    // @ts-expect-error it must be awaited
    storage.flag.uploadObjectViaStream(pieces(), 'c', 'o');
    storage.asyncFlag.uploadObjectViaStream(pieces(), 'c', 'o').catch(() => {});
  });
});

describe('sources that drift apart: all designs and kinds have the same methods', () => {
  test('storage and compute', () => {
    type Of<Provider extends Storage | Compute> = MethodNames<SessionDriver<Provider>>;
    expectTypeOf<MethodNames<SessionOf<SessionDriver<Storage>>>>().toEqualTypeOf<Of<Storage>>();
    expectTypeOf<MethodNames<SessionOf<SessionDriver<Compute>>>>().toEqualTypeOf<Of<Compute>>();
    expectTypeOf<MethodNames<FlagDriver<Storage, boolean>>>().toEqualTypeOf<Of<Storage>>();
    expectTypeOf<MethodNames<FlagDriver<Compute, boolean>>>().toEqualTypeOf<Of<Compute>>();
    expectTypeOf<BlockingNames<MixinDriver<Storage>>>().toEqualTypeOf<Of<Storage>>();
    expectTypeOf<BlockingNames<MixinDriver<Compute>>>().toEqualTypeOf<Of<Compute>>();
    expectTypeOf<AsyncNames<MixinDriver<Storage>>>().toEqualTypeOf<`${Of<Storage>}Async`>();
    expectTypeOf<AsyncNames<MixinDriver<Compute>>>().toEqualTypeOf<`${Of<Compute>}Async`>();
  });
});

describe('the wrong kind by accident', () => {
  test('session: a driver is no session, nor a session a driver', () => {
    // @ts-expect-error its methods block
    session satisfies SessionDriver<Storage>;
    // @ts-expect-error its methods return promises
    storage.session satisfies SessionOf<SessionDriver<Storage>>;
  });
  test('flag: a driver of one kind is none of the other', () => {
    // @ts-expect-error its methods return promises
    storage.asyncFlag satisfies FlagDriver<Storage, false>;
    // @ts-expect-error its methods block
    storage.flag satisfies FlagDriver<Storage, true>;
  });
  test('mixin: the name alone tells; a blocking method is accepted where its async twin was meant', () => {
    expectTypeOf(async () => storage.mixin.getObject('c', 'o')).toEqualTypeOf(async () =>
      storage.mixin.getObjectAsync('c', 'o'),
    );
    // @ts-expect-error the names differ
    storage.mixin satisfies SessionOf<SessionDriver<Storage>>;
  });
  test('every design takes a limit above which blocking calls are reported', () => {
    openSession(testCompute, { ...account, warnBlockingMs: 50 });
    openMixin(testCompute, { ...account, warnBlockingMs: 50 });
    openFlag(testCompute, { ...account, warnBlockingMs: 50, async: true });
    // @ts-expect-error a number of milliseconds
    openFlag(testCompute, { ...account, warnBlockingMs: true });
  });
});
