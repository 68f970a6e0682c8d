import { Operator } from 'opendal';

const { ENDPOINT: endpoint = '', KEY: access_key_id = '', SECRET: secret_access_key = '' } = process.env;
const bucket = new Operator('s3', { bucket: 'list-20', endpoint, region: 'auto', access_key_id, secret_access_key });
const entries = bucket.listSync('/', { recursive: true });
let bytes = 0;
for (const entry of entries) bytes += bucket.readSync(entry.path()).length;
console.log(`${entries.length} objects, ${bytes} bytes`);
