/**
 * Uploads many objects at once, then downloads them at once, and compares every byte.
 * Run: node examples/objects-mixin.ts [how many]
 */
import { connect } from '@isobar/design-mixin';
import { googleStorage } from '@isobar/storage-google';
import { storage } from './clouds.ts';

const container = 'isobar-objects-mixin';
const contents = Array.from({ length: Number(process.argv[2] ?? 32) }, (_, index) =>
  `Reading number ${index}. `.repeat(64),
);

await using driver = connect(googleStorage, storage);
await driver.createContainerAsync(container);

let started = performance.now();
const objects = await Promise.all(
  contents.map((text, index) => driver.writeObjectAsync(text, container, `reading-${index}.txt`)),
);
console.log(`up: ${objects.length} objects in ${Math.round(performance.now() - started)} ms`);

started = performance.now();
const copies = await Promise.all(objects.map((object) => driver.readObjectAsync(object)));
console.log(`down: ${copies.length} objects in ${Math.round(performance.now() - started)} ms`);

const same = copies.filter((bytes, index) => new TextDecoder().decode(bytes) === contents[index]);
console.log(`the same: ${same.length} of ${contents.length}`);

await Promise.all(objects.map((object) => driver.deleteObjectAsync(object)));
await driver.deleteContainerAsync(container);
