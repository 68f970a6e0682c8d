/**
 * Uploads many objects at once, then downloads them at once, and compares every byte.
 * Run: node examples/objects-flag.ts [how many]
 */
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';
import { storage } from './clouds.ts';

const container = 'isobar-objects-flag';
const contents = Array.from({ length: Number(process.argv[2] ?? 32) }, (_, index) =>
  `Reading number ${index}. `.repeat(64),
);

await using driver = connect(googleStorage, { ...storage, async: true });
await driver.createContainer(container);

let started = performance.now();
const objects = await Promise.all(
  contents.map((text, index) => driver.writeObject(text, container, `reading-${index}.txt`)),
);
console.log(`up: ${objects.length} objects in ${Math.round(performance.now() - started)} ms`);

started = performance.now();
const copies = await Promise.all(objects.map((object) => driver.readObject(object)));
console.log(`down: ${copies.length} objects in ${Math.round(performance.now() - started)} ms`);

const same = copies.filter((bytes, index) => new TextDecoder().decode(bytes) === contents[index]);
console.log(`the same: ${same.length} of ${contents.length}`);

await Promise.all(objects.map((object) => driver.deleteObject(object)));
await driver.deleteContainer(container);
