import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';

const { ENDPOINT: endpoint = '', KEY: key = '', SECRET: secret = '' } = process.env;
using driver = connect(googleStorage, { key, secret, endpoint });
await using awaited = connect(googleStorage, { key, secret, endpoint, async: true });
let objects = 0;
let bytes = 0;
for (const object of driver.iterateContainerObjects('list-20')) {
  objects += 1;
  bytes += (await awaited.readObject(object)).length;
}
console.log(`${objects} objects, ${bytes} bytes`);
