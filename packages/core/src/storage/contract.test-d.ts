/** Arguments in the wrong position: which mistakes the compiler finds, and which it cannot. */
import { test } from 'vitest';
import type { Blocking } from '../drivers/driver-types.ts';
import type { StorageOperations } from './contract.ts';
import type { Container, StorageObject } from './models.ts';

declare const driver: Blocking<StorageOperations>;
declare const object: StorageObject;
declare const container: Container;
const bytes = new Uint8Array(1);

test('names in place of an object do not compile', () => {
  // @ts-expect-error: an object is one argument
  driver.readObject('bucket', 'name');
  // @ts-expect-error: an object is one argument
  driver.deleteObject('bucket', 'name');
  // @ts-expect-error: an object is one argument
  driver.downloadObject('bucket', 'name', '/file');
  // @ts-expect-error: an object is one argument
  driver.copyObject('bucket', 'name', 'other');
  // @ts-expect-error: an object is one argument
  driver.presignObjectUrl('bucket', 'name');
  // @ts-expect-error: names are not objects
  driver.deleteObjects('bucket');
  // @ts-expect-error: names are not objects
  driver.deleteObjects(['name']);
});

test('an object in place of a container does not compile', () => {
  // @ts-expect-error: two names are two arguments
  driver.getObject({ container: 'bucket', name: 'name' });
  // @ts-expect-error: an object is not a container
  driver.getObject(object, 'name');
  // @ts-expect-error: an object is not a container
  driver.listContainerObjects(object);
  // @ts-expect-error: an object is not a container
  driver.writeObject('text', object, 'name');
  // @ts-expect-error: an object is not a container
  driver.copyObject(object, object, 'name');
  driver.getObject(container, 'name');
  driver.copyObject(object, container, 'name');
});

test('data in the wrong position does not compile, unless it is a string', () => {
  // @ts-expect-error: data comes first
  driver.writeObject('bucket', 'name', bytes);
  // @ts-expect-error: a source comes first
  driver.uploadObjectViaStream('bucket', 'name', [bytes]);
  // @ts-expect-error: a file is named by its path
  driver.uploadObject(bytes, 'bucket', 'name');
  // @ts-expect-error: the path comes before the range
  driver.downloadObjectRange(object, 0, 10);
  // Strings in the wrong order are still strings, so neither the compiler nor the driver can find the mistake.
  driver.writeObject('bucket', 'name', 'text');
  driver.uploadObject('bucket', 'name', '/file');
});
