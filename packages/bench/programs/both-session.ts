import { AsyncSession, connect } from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';

const { ENDPOINT: endpoint = '', KEY: key = '', SECRET: secret = '' } = process.env;
using driver = connect(googleStorage, { key, secret, endpoint });
await using session = new AsyncSession(driver);
let objects = 0;
let bytes = 0;
for (const object of driver.iterateContainerObjects('list-20')) {
  objects += 1;
  bytes += (await session.readObject(object)).length;
}
console.log(`${objects} objects, ${bytes} bytes`);
