import { connect } from '@isobar/design-mixin';
import { googleStorage } from '@isobar/storage-google';

const { ENDPOINT: endpoint = '', KEY: key = '', SECRET: secret = '' } = process.env;
await using driver = connect(googleStorage, { key, secret, endpoint });
const reads: Promise<Uint8Array>[] = [];
for await (const object of driver.iterateContainerObjectsAsync('list-20')) reads.push(driver.readObjectAsync(object));
const bytes = (await Promise.all(reads)).reduce((total, { length }) => total + length, 0);
console.log(`${reads.length} objects, ${bytes} bytes`);
