/** Puts two containers with a few objects into the storage, so that the RFC's programs have something to list. */
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';
import { storage } from './clouds.ts';

const objects = {
  'isobar-charts': ['monday.txt', 'tuesday.txt'],
  'isobar-readings': ['1013.txt', '1021.txt', '998.txt'],
};

await using driver = connect(googleStorage, { ...storage, async: true });

for (const [container, names] of Object.entries(objects)) {
  await driver.createContainer(container);
  await Promise.all(names.map((name) => driver.writeObject(`This is ${name}.`, container, name)));
  console.log(`${container}: ${names.join(', ')}`);
}
