import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';

const { ENDPOINT: endpoint = '', KEY: accessKeyId = '', SECRET: secretAccessKey = '' } = process.env;
const credentials = { accessKeyId, secretAccessKey };
const client = new S3Client({ endpoint, region: 'auto', forcePathStyle: true, credentials });
const Bucket = 'list-20';
const reads: Promise<Uint8Array>[] = [];
for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
  for (const { Key } of Contents) reads.push(read(Key ?? ''));
}
const bytes = (await Promise.all(reads)).reduce((total, { length }) => total + length, 0);
console.log(`${reads.length} objects, ${bytes} bytes`);
client.destroy();

async function read(Key: string): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}
