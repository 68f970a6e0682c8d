/**
 * Uploads many objects at once, then downloads them at once, and compares every byte.
 * Run: node examples/objects-session.ts [how many]
 */
import { AsyncSession, connect } from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';
import { storage } from './clouds.ts';

const container = 'isobar-objects-session';
const contents = Array.from({ length: Number(process.argv[2] ?? 32) }, (_, index) =>
  `Reading number ${index}. `.repeat(64),
);

await using session = new AsyncSession(connect(googleStorage, storage));
await session.createContainer(container);

let started = performance.now();
const objects = await Promise.all(
  contents.map((text, index) => session.writeObject(text, container, `reading-${index}.txt`)),
);
console.log(`up: ${objects.length} objects in ${Math.round(performance.now() - started)} ms`);

started = performance.now();
const copies = await Promise.all(objects.map((object) => session.readObject(object)));
console.log(`down: ${copies.length} objects in ${Math.round(performance.now() - started)} ms`);

const same = copies.filter((bytes, index) => new TextDecoder().decode(bytes) === contents[index]);
console.log(`the same: ${same.length} of ${contents.length}`);

await Promise.all(objects.map((object) => session.deleteObject(object)));
await session.deleteContainer(container);
