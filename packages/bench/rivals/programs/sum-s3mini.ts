import { S3mini } from 's3mini';

const { ENDPOINT: endpoint = '', KEY: accessKeyId = '', SECRET: secretAccessKey = '' } = process.env;
const bucket = new S3mini({ endpoint: `${endpoint}/list-20`, region: 'auto', accessKeyId, secretAccessKey });
const objects = (await bucket.listObjects()) ?? [];
const contents = await Promise.all(objects.map(({ Key }) => bucket.getObjectArrayBuffer(Key)));
const bytes = contents.reduce((total, content) => total + (content?.byteLength ?? 0), 0);
console.log(`${objects.length} objects, ${bytes} bytes`);
