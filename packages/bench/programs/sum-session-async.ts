import { AsyncSession, connect } from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';

const { ENDPOINT: endpoint = '', KEY: key = '', SECRET: secret = '' } = process.env;
await using session = new AsyncSession(connect(googleStorage, { key, secret, endpoint }));
const reads: Promise<Uint8Array>[] = [];
for await (const object of session.iterateContainerObjects('list-20')) reads.push(session.readObject(object));
const bytes = (await Promise.all(reads)).reduce((total, { length }) => total + length, 0);
console.log(`${reads.length} objects, ${bytes} bytes`);
