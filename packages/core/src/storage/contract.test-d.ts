/** Arguments in the wrong place: what the compiler sees of it, and what it cannot see. */
import { test } from 'vitest';
import type { Blocking } from '../driver-types.ts';
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
  // @ts-expect-error: names are no objects
  driver.deleteObjects('bucket');
  // @ts-expect-error: names are no objects
  driver.deleteObjects(['name']);
});

test('an object in place of a container does not compile', () => {
  // @ts-expect-error: two names are two arguments
  driver.getObject({ container: 'bucket', name: 'name' });
  // @ts-expect-error: an object is no container
  driver.getObject(object, 'name');
  // @ts-expect-error: an object is no container
  driver.listContainerObjects(object);
  // @ts-expect-error: an object is no container
  driver.writeObject('text', object, 'name');
  // @ts-expect-error: an object is no container
  driver.copyObject(object, object, 'name');
  driver.getObject(container, 'name');
  driver.copyObject(object, container, 'name');
});

test('data in the wrong place does not compile, unless it is a string', () => {
  // @ts-expect-error: data comes first
  driver.writeObject('bucket', 'name', bytes);
  // @ts-expect-error: a source comes first
  driver.uploadObjectViaStream('bucket', 'name', [bytes]);
  // @ts-expect-error: a file is named by its path
  driver.uploadObject(bytes, 'bucket', 'name');
  // @ts-expect-error: the path comes before the range
  driver.downloadObjectRange(object, 0, 10);
  // Four strings in a wrong order are still four strings: neither the compiler nor the driver can see it.
  driver.writeObject('bucket', 'name', 'text');
  driver.uploadObject('bucket', 'name', '/file');
});
