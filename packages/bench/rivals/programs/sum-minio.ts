import { buffer } from 'node:stream/consumers';
import { Client } from 'minio';

const { ENDPOINT: endpoint = '', KEY: accessKey = '', SECRET: secretKey = '' } = process.env;
const { hostname: endPoint, port } = new URL(endpoint);
const client = new Client({ endPoint, port: Number(port), useSSL: false, accessKey, secretKey, region: 'auto' });
const reads: Promise<Buffer>[] = [];
for await (const { name } of client.listObjectsV2('list-20', '', true)) reads.push(read(name));
const bytes = (await Promise.all(reads)).reduce((total, { length }) => total + length, 0);
console.log(`${reads.length} objects, ${bytes} bytes`);

async function read(name: string): Promise<Buffer> {
  return buffer(await client.getObject('list-20', name));
}
