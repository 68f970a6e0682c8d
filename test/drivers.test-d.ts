/** Functions for any driver take each provider's driver of each design that has the kind, and no driver of the other kind. */
import { testCompute } from '@isobar/compute-test';
import {
  type AsyncComputeDriver,
  type AsyncStorageDriver,
  type ComputeDriver,
  getProvider,
  isComputeDriver,
  isDriverOf,
  isStorageDriver,
  type StorageDriver,
} from '@isobar/core';
import * as flag from '@isobar/design-flag';
import * as mixin from '@isobar/design-mixin';
import * as session from '@isobar/design-session';
import { type GoogleObject, googleStorage } from '@isobar/storage-google';
import { localFiles } from '@isobar/storage-local';
import { memoryStorage } from '@isobar/storage-memory';
import { expectTypeOf, test } from 'vitest';

declare function takes(driver: StorageDriver): void;
declare function takesAsync(driver: AsyncStorageDriver): void;
declare function takesCompute(driver: ComputeDriver): void;
declare function takesAsyncCompute(driver: AsyncComputeDriver): void;

const google = { key: '', secret: '' };
const test1 = { key: '', secret: '' };

/** Only compiled. */
async function _calls(): Promise<void> {
  takes(flag.connect(googleStorage, google));
  takes(flag.connect(memoryStorage, {}));
  takes(flag.connect(localFiles, { folder: '' }));
  takes(mixin.connect(googleStorage, google));
  takes(session.connect(googleStorage, google));
  takesAsync(flag.connect(googleStorage, { ...google, async: true }));
  takesAsync(flag.connect(memoryStorage, { async: true }));
  takesAsync(mixin.asyncOf(mixin.connect(googleStorage, google)));
  takesAsync(new session.AsyncSession(session.connect(localFiles, { folder: '' })));
  const [one] = new session.AsyncSession([session.connect(googleStorage, google), session.connect(memoryStorage, {})]);
  takesAsync(one);
  takesCompute(flag.connect(testCompute, test1));
  takesAsyncCompute(flag.connect(testCompute, { ...test1, async: true }));
  takesAsyncCompute(mixin.asyncOf(mixin.connect(testCompute, test1)));

  // @ts-expect-error: its methods block
  takesAsync(flag.connect(memoryStorage, {}));
  // @ts-expect-error: its methods return promises
  takes(flag.connect(memoryStorage, { async: true }));
  // @ts-expect-error: its asynchronous methods have other names; see asyncOf
  takesAsync(mixin.connect(memoryStorage, {}));
  // @ts-expect-error: it has no objects
  takes(flag.connect(testCompute, test1));

  // A provider that only configuration knows.
  const provider = await getProvider(process.argv[2] ?? '');
  const [driver, asyncDriver] = [flag.connect(provider, {}), flag.connect(provider, { async: true })];
  // @ts-expect-error: it may have no objects
  void driver.readText;
  if (isStorageDriver(driver)) {
    takes(driver);
    expectTypeOf(driver.readText({ container: '', name: '' })).toEqualTypeOf<string>();
  }
  if (isStorageDriver(asyncDriver)) {
    takesAsync(asyncDriver);
    expectTypeOf(asyncDriver.readText({ container: '', name: '' })).toEqualTypeOf<Promise<string>>();
  }
  if (isComputeDriver(driver)) takesCompute(driver);
}

test('a check narrows a driver to what its provider has beyond the portable contract', () => {
  function _narrows(driver: AsyncStorageDriver, blocking: StorageDriver): void {
    // @ts-expect-error: not every provider has it
    void driver.exSetContainerVersioning('bucket', true);
    if (isDriverOf(driver, 'google-storage')) {
      expectTypeOf(driver.exSetContainerVersioning('bucket', true)).toEqualTypeOf<Promise<void>>();
      expectTypeOf(driver.readText({ container: '', name: '' })).toEqualTypeOf<Promise<string>>();
      expectTypeOf(driver.getObject('bucket', 'name')).toEqualTypeOf<Promise<GoogleObject>>();
    }
    if (isDriverOf(blocking, 'google-storage')) {
      expectTypeOf(blocking.exSetContainerVersioning('bucket', true)).toEqualTypeOf<void>();
      expectTypeOf(blocking.getObject('bucket', 'name')).toEqualTypeOf<GoogleObject>();
    }
    // @ts-expect-error: there is no such capability
    driver.provider.capabilities.delimeter;
  }
  expectTypeOf(_narrows).toBeFunction();
  expectTypeOf(_calls).toBeFunction();
});
