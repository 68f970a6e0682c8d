/** The types of drivers: keys, parameters, results, and what must not compile. */
import { describe, expectTypeOf, test } from 'vitest';
import type { BlockingByteSource, ByteSource, ByteStream } from '../bytes.ts';
import type {
  ComputeOperations,
  Container,
  ContainerReference,
  Node,
  ObjectReference,
  StorageObject,
  StorageOperations,
  UploadOptions,
} from '../index.ts';
import type { Listing } from '../operations/listing.ts';
import type { Operation } from '../operations/operation.ts';
import type { CallOptions, Cancellable, TransferOptions } from './call-options.ts';
import type {
  Async,
  AsyncByteStream,
  AsyncListing,
  AsyncSuffixed,
  Blocking,
  BlockingByteStream,
  BlockingListing,
  Flagged,
} from './driver-types.ts';

interface Sample {
  find(name: string, options?: CallOptions): Operation<Date | undefined>;
  scan(prefix?: string, options?: TransferOptions): Listing<Date>;
  stream(name: string, endBytes?: number, options?: CallOptions): ByteStream<Date>;
  send(source: ByteSource, name: string, options?: CallOptions): Operation<void>;
  describe(name: string): string;
  readonly region: string;
  readonly limits: { readonly maxItems: number };
}
type Sync = Blocking<Sample>;
type Awaited = Async<Sample>;
type Suffixed = AsyncSuffixed<Sample>;
type Signalled<Options> = (Options & Cancellable) | undefined;

describe('Blocking', () => {
  test('has exactly the keys of the operations', () => {
    expectTypeOf<keyof Sync>().toEqualTypeOf<keyof Sample>();
  });
  test('returns an operation’s result', () => {
    expectTypeOf<ReturnType<Sync['find']>>().toEqualTypeOf<Date | undefined>();
  });
  test('returns a listing as a blocking listing', () => {
    expectTypeOf<ReturnType<Sync['scan']>>().toEqualTypeOf<BlockingListing<Date>>();
  });
  test('returns a byte stream as an iterable that is described', () => {
    expectTypeOf<ReturnType<Sync['stream']>>().toEqualTypeOf<BlockingByteStream<Date>>();
  });
  test('returns other results unchanged', () => expectTypeOf<ReturnType<Sync['describe']>>().toEqualTypeOf<string>());
  test('keeps fields', () => {
    expectTypeOf<Pick<Sync, 'region' | 'limits'>>().toEqualTypeOf<Pick<Sample, 'region' | 'limits'>>();
  });
  test('keeps parameters, their order and which are optional', () => {
    expectTypeOf<Parameters<Sync['find']>>().toEqualTypeOf<[name: string, options?: CallOptions | undefined]>();
    expectTypeOf<Parameters<Sync['stream']>>().toEqualTypeOf<
      [name: string, endBytes?: number | undefined, options?: CallOptions | undefined]
    >();
  });
  test('takes no signal', () => {
    expectTypeOf<NonNullable<Parameters<Sync['find']>[1]>>().not.toHaveProperty('signal');
  });
  test('accepts only sources that can be read without waiting', () => {
    expectTypeOf<Parameters<Sync['send']>[0]>().toEqualTypeOf<BlockingByteSource>();
  });
});

describe('Async', () => {
  test('has exactly the keys of the operations', () => {
    expectTypeOf<keyof Awaited>().toEqualTypeOf<keyof Sample>();
  });
  test('returns a promise of an operation’s result', () => {
    expectTypeOf<ReturnType<Awaited['find']>>().toEqualTypeOf<Promise<Date | undefined>>();
  });
  test('returns a listing as an asynchronous listing', () => {
    expectTypeOf<ReturnType<Awaited['scan']>>().toEqualTypeOf<AsyncListing<Date>>();
  });
  test('returns a byte stream as an async iterable', () => {
    expectTypeOf<ReturnType<Awaited['stream']>>().toEqualTypeOf<AsyncByteStream<Date>>();
  });
  test('returns other results unchanged', () =>
    expectTypeOf<ReturnType<Awaited['describe']>>().toEqualTypeOf<string>());
  test('keeps fields', () => {
    expectTypeOf<Pick<Awaited, 'region' | 'limits'>>().toEqualTypeOf<Pick<Sample, 'region' | 'limits'>>();
  });
  test('keeps the number of parameters and which are optional', () => {
    expectTypeOf<Parameters<Awaited['find']>['length']>().toEqualTypeOf<1 | 2>();
    expectTypeOf<Parameters<Awaited['stream']>['length']>().toEqualTypeOf<1 | 2 | 3>();
  });
  test('adds a signal to call options', () => {
    expectTypeOf<Parameters<Awaited['find']>[1]>().toEqualTypeOf<Signalled<CallOptions>>();
  });
  test('adds a signal to options that extend call options', () => {
    expectTypeOf<Parameters<Awaited['scan']>[1]>().toEqualTypeOf<Signalled<TransferOptions>>();
  });
  test('adds a signal to nothing else', () => {
    expectTypeOf<Parameters<Awaited['stream']>[1]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Parameters<Awaited['find']>[0]>().toEqualTypeOf<string>();
  });
  test('accepts every source', () => expectTypeOf<Parameters<Awaited['send']>[0]>().toEqualTypeOf<ByteSource>());
});

describe('AsyncSuffixed', () => {
  test('has a key for each method but not for fields', () => {
    expectTypeOf<keyof Suffixed>().toEqualTypeOf<
      'findAsync' | 'scanAsync' | 'streamAsync' | 'sendAsync' | 'describeAsync'
    >();
  });
  test('has the methods of Async', () => {
    expectTypeOf<Suffixed['findAsync']>().toEqualTypeOf<Awaited['find']>();
    expectTypeOf<Suffixed['scanAsync']>().toEqualTypeOf<Awaited['scan']>();
  });
});

describe('Flagged', () => {
  test('is Async when the flag is true', () => expectTypeOf<Flagged<Sample, true>>().toEqualTypeOf<Awaited>());
  test('is Blocking when the flag is false', () => expectTypeOf<Flagged<Sample, false>>().toEqualTypeOf<Sync>());
  test('is the union of both when the flag is a boolean', () => {
    expectTypeOf<Flagged<Sample, boolean>>().toEqualTypeOf<Sync | Awaited>();
  });
});

describe('the contracts', () => {
  test('blocking storage methods return the models', () => {
    type Driver = Blocking<StorageOperations>;
    expectTypeOf<Driver['getObject']>().toEqualTypeOf<
      (container: ContainerReference, objectName: string, options?: CallOptions) => StorageObject
    >();
    expectTypeOf<ReturnType<Driver['iterateContainers']>>().toEqualTypeOf<BlockingListing<Container>>();
    expectTypeOf<ReturnType<Driver['readObject']>>().toEqualTypeOf<Uint8Array>();
  });
  test('uploads accept fewer sources in blocking drivers', () => {
    expectTypeOf<Parameters<Blocking<StorageOperations>['uploadObjectViaStream']>>().toEqualTypeOf<
      [
        source: BlockingByteSource,
        container: ContainerReference,
        objectName: string,
        options?: UploadOptions | undefined,
      ]
    >();
    expectTypeOf<Parameters<Async<StorageOperations>['uploadObjectViaStream']>[0]>().toEqualTypeOf<ByteSource>();
  });
  test('asynchronous compute methods return promises of nodes', () => {
    expectTypeOf<ReturnType<Async<ComputeOperations>['listNodes']>>().toEqualTypeOf<Promise<Node[]>>();
  });

  /** The generic or overloaded methods of a contract, which mapped types would change. */
  type Unmappable<Operations> = {
    [Name in keyof Operations]: Operations[Name] extends (...args: infer Args) => infer Returned
      ? Same<Operations[Name], (...args: Args) => Returned> extends true
        ? never
        : Name
      : never;
  }[keyof Operations];
  type Same<One, Other> =
    (<Probe>() => Probe extends One ? 1 : 2) extends <Probe>() => Probe extends Other ? 1 : 2 ? true : false;

  test('have neither generic nor overloaded operations', () => {
    expectTypeOf<Unmappable<StorageOperations>>().toEqualTypeOf<never>();
    expectTypeOf<Unmappable<ComputeOperations>>().toEqualTypeOf<never>();
  });
  test('control: generic and overloaded operations are detected', () => {
    interface Bad {
      generic<Item>(item: Item): Operation<Item>;
      overloaded(one: string): Operation<string>;
      overloaded(one: number): Operation<number>;
      plain(one: string, options?: CallOptions): Operation<string>;
    }
    expectTypeOf<Unmappable<Bad>>().toEqualTypeOf<'generic' | 'overloaded'>();
  });
  test('take call options last in every method', () => {
    type Last<Args extends readonly unknown[]> =
      Required<Args> extends readonly [...unknown[], infer Final] ? Final : never;
    type Optionless<Operations> = {
      [Name in keyof Operations]: Operations[Name] extends (...args: infer Args) => unknown
        ? Last<Args> extends CallOptions
          ? never
          : Name
        : never;
    }[keyof Operations];
    expectTypeOf<Optionless<StorageOperations>>().toEqualTypeOf<never>();
    expectTypeOf<Optionless<ComputeOperations>>().toEqualTypeOf<never>();
  });
});

describe('what must not compile', () => {
  test('calls', () => {
    function _compiledOnly(blocking: Blocking<StorageOperations>, awaited: Async<StorageOperations>): void {
      const reference: ObjectReference = { container: 'box', name: 'a' };
      const { signal } = new AbortController();
      // @ts-expect-error: a blocked thread cannot see a signal fire
      blocking.getObject('box', 'a', { signal });
      // @ts-expect-error: an async source would have to be awaited
      blocking.uploadObjectViaStream((async function* () {})(), 'box', 'a');
      // @ts-expect-error: a blocking result is not a promise
      blocking.getObject('box', 'a').then;
      // @ts-expect-error: an async result must be awaited
      awaited.getObject('box', 'a').sizeBytes;
      // @ts-expect-error: an async listing cannot be iterated without await
      for (const _ of awaited.iterateContainers());
      // @ts-expect-error: an unknown option
      void awaited.readObject(reference, { timeout: 5 });
      // @ts-expect-error: a name is missing
      void awaited.deleteObject({ container: 'box' });
      // @ts-expect-error: drivers are read-only
      blocking.getObject = () => blocking.getObject('box', 'a');
      // @ts-expect-error: the blocking driver has no suffixed methods
      blocking.getObjectAsync;
      void awaited.getObject('box', 'a', { signal });
    }
    expectTypeOf(_compiledOnly).toBeFunction();
  });
  test('undefined in place of an absent option', () => {
    // @ts-expect-error: exactOptionalPropertyTypes distinguishes absent from undefined
    expectTypeOf<{ timeoutMs: undefined }>().toExtend<CallOptions>();
  });
});
