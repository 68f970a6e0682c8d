import { connect } from '@isobar/design-mixin';
import { googleStorage } from '@isobar/storage-google';

const { ENDPOINT: endpoint = '', KEY: key = '', SECRET: secret = '' } = process.env;
await using driver = connect(googleStorage, { key, secret, endpoint });
let objects = 0;
let bytes = 0;
for (const object of driver.iterateContainerObjects('list-20')) {
  objects += 1;
  bytes += (await driver.readObjectAsync(object)).length;
}
console.log(`${objects} objects, ${bytes} bytes`);
