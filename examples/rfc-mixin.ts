/**
 * The RFC's second program: asynchronous methods beside the blocking ones, with a suffix in their names.
 * Run: node examples/rfc-mixin.ts
 */
import { getProvider, Provider, type StorageObject } from '@isobar/core';
import { connect } from '@isobar/design-mixin';
import type {} from '@isobar/storage-google'; // gives getProvider the provider's exact type
import { storage } from './clouds.ts';

const googleStorage = await getProvider(Provider.GOOGLE_STORAGE);
await using driver = connect(googleStorage, storage);

// The loop blocks, page by page.
for (const container of driver.iterateContainers()) console.log(`blocking: ${container.name}`);

// All objects of all containers, each handled while the listing continues.
const tasks: Promise<string>[] = [];
for await (const container of driver.iterateContainersAsync()) {
  for await (const object of driver.iterateContainerObjectsAsync(container)) tasks.push(describe(object));
}
for (const line of await Promise.all(tasks)) console.log(`awaited: ${line}`);

async function describe(object: StorageObject): Promise<string> {
  const bytes = await driver.readObjectAsync(object);
  return `${object.name}, ${bytes.length} bytes`;
}
