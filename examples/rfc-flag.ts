/**
 * The RFC's third program: a flag makes every method of the driver asynchronous, under the same name.
 * Run: node examples/rfc-flag.ts
 */
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';
import { storage } from './clouds.ts';

await using driver = connect(googleStorage, { ...storage, async: true });

for await (const container of driver.iterateContainers()) {
  console.log(`awaited: ${container.name}`);
  for await (const object of driver.iterateContainerObjects(container)) {
    console.log(`awaited: ${object.name}, ${object.sizeBytes} bytes`);
  }
}
