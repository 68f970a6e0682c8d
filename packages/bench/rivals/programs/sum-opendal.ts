import { Operator } from 'opendal';

const { ENDPOINT: endpoint = '', KEY: access_key_id = '', SECRET: secret_access_key = '' } = process.env;
const bucket = new Operator('s3', { bucket: 'list-20', endpoint, region: 'auto', access_key_id, secret_access_key });
const entries = await bucket.list('/', { recursive: true });
const contents = await Promise.all(entries.map((entry) => bucket.read(entry.path())));
const bytes = contents.reduce((total, { length }) => total + length, 0);
console.log(`${entries.length} objects, ${bytes} bytes`);
