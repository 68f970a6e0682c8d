/** One function runs with each provider's driver, in each design that has the kind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AsyncStorageDriver,
  getProvider,
  isComputeDriver,
  isDriverOf,
  isStorageDriver,
  type StorageDriver,
} from '@isobar/core';
import * as flag from '@isobar/design-flag';
import * as mixin from '@isobar/design-mixin';
import * as session from '@isobar/design-session';
import { localFiles } from '@isobar/storage-local';
import { memoryStorage } from '@isobar/storage-memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'isobar-drivers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function copyAll(driver: StorageDriver): string {
  driver.createContainer('from-box');
  driver.createContainer('to-box');
  driver.writeObject('hello', 'from-box', 'a/b.txt');
  for (const object of driver.iterateContainerObjects('from-box')) driver.copyObject(object, 'to-box', object.name);
  const text = driver.readText({ container: 'to-box', name: 'a/b.txt' });
  driver.deleteObjects(driver.iterateContainerObjects('from-box'));
  driver.deleteObjects(driver.iterateContainerObjects('to-box'));
  driver.deleteContainer('from-box');
  driver.deleteContainer('to-box');
  return text;
}

async function copyAllAsync(driver: AsyncStorageDriver): Promise<string> {
  await driver.createContainer('from-box');
  await driver.createContainer('to-box');
  await driver.writeObject('hello', 'from-box', 'a/b.txt');
  for await (const { container, name } of driver.iterateContainerObjects('from-box')) {
    await driver.copyObject({ container, name }, 'to-box', name);
  }
  const text = await driver.readText({ container: 'to-box', name: 'a/b.txt' });
  await driver.deleteObjects(driver.iterateContainerObjects('from-box'));
  await driver.deleteObjects(driver.iterateContainerObjects('to-box'));
  await driver.deleteContainer('from-box');
  await driver.deleteContainer('to-box');
  return text;
}

describe('one function', () => {
  test('runs with every blocking driver', () => {
    for (const design of [flag, mixin, session]) {
      expect(copyAll(design.connect(memoryStorage, {}))).toBe('hello');
      expect(copyAll(design.connect(localFiles, { folder }))).toBe('hello');
    }
  });
  test('runs with every asynchronous driver', async () => {
    expect(await copyAllAsync(flag.connect(memoryStorage, { async: true }))).toBe('hello');
    expect(await copyAllAsync(flag.connect(localFiles, { folder, async: true }))).toBe('hello');
    expect(await copyAllAsync(mixin.asyncOf(mixin.connect(localFiles, { folder })))).toBe('hello');
    await using both = new session.AsyncSession([
      session.connect(memoryStorage, {}),
      session.connect(localFiles, { folder }),
    ]);
    for (const driver of both) expect(await copyAllAsync(driver)).toBe('hello');
  });
  test('runs with a provider that only configuration names', async () => {
    const provider = await getProvider('memory' as string, { from: import.meta.url });
    const driver = flag.connect(provider, { async: true });
    expect([isStorageDriver(driver), isComputeDriver(driver)]).toEqual([true, false]);
    if (isStorageDriver(driver)) expect(await copyAllAsync(driver)).toBe('hello');
  });
});

test('a driver is of one provider', () => {
  const driver: StorageDriver = flag.connect(memoryStorage, {});
  expect([isDriverOf(driver, 'memory'), isDriverOf(driver, 'local')]).toEqual([true, false]);
});

describe('the asynchronous half of a mixin driver', () => {
  test('shares the state of the driver, and is closed with it', async () => {
    const driver = mixin.connect(memoryStorage, {});
    driver.createContainer('box');
    const half = mixin.asyncOf(driver);
    expect((await half.listContainers()).map(({ name }) => name)).toEqual(['box']);
    driver.close();
    await expect(half.listContainers()).rejects.toMatchObject({ code: 'session-closed' });
  });
  test('is of drivers of this design only', () => {
    expect(() => mixin.asyncOf(flag.connect(memoryStorage, {}))).toThrow('of @isobar/design-mixin');
  });
});
