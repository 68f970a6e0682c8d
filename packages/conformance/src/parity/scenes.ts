/** Preparations of the storage scripts. */
import type { UploadOptions } from '@isobar/core';
import { MIB, pattern } from '../bytes.ts';
import type { AnyStorage } from '../driver.ts';
import type { Scene } from './script.ts';

/** A name that is easily changed in transit. */
export const oddName = 'a//../b c?d#e%2F+é😀';

/** A container with objects that hold their own names. */
export async function withObjects(driver: AnyStorage, { container }: Scene<AnyStorage>): Promise<void> {
  await driver.createContainer(container);
  for (const name of ['a', 'b/1', 'b/2', 'c', oddName]) await driver.writeObject(`content of ${name}`, container, name);
}

/** A container with an object of 1 MiB. */
export async function withLargeObject(driver: AnyStorage, { container }: Scene<AnyStorage>): Promise<void> {
  await driver.createContainer(container);
  await driver.writeObject(pattern(MIB), container, 'large');
}

/** An empty container. */
export const prepare = (driver: AnyStorage, { container }: Scene<AnyStorage>): unknown =>
  driver.createContainer(container);

/** A type, headers and metadata. */
export const uploadOptions: UploadOptions = {
  contentType: 'text/x-own',
  cacheControl: 'no-store',
  contentLanguage: 'de',
  metadata: { Colour: 'blue', size: 'small' },
};
