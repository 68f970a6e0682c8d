/** AWS's SDK, path-style, against the S3 dialect; files are uploaded by its upload manager. */
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';

/** @type {import('../../src/clients/client.ts').ClientModule['connect']} */
export function connect({ authority, url, key, secret, connections }) {
  const options = { keepAlive: true, maxSockets: connections };
  const ca = authority && readFileSync(authority);
  const client = new S3Client({
    endpoint: url,
    region: 'auto',
    forcePathStyle: true,
    credentials: { accessKeyId: key, secretAccessKey: secret },
    requestHandler: { httpAgent: new Agent(options), httpsAgent: new SecureAgent({ ...options, ca }) },
  });
  return {
    async get(Bucket, Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Body.transformToByteArray();
    },
    put: (Bucket, Key, Body) => client.send(new PutObjectCommand({ Bucket, Key, Body })),
    async list(Bucket) {
      const listed = { count: 0, last: undefined };
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
        listed.count += Contents.length;
        listed.last = Contents.at(-1)?.Key;
      }
      return listed;
    },
    async listPage(Bucket) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      return { count: Contents.length, last: Contents.at(-1)?.Key };
    },
    async upload(Bucket, Key, path) {
      const { Upload } = await import('@aws-sdk/lib-storage');
      await new Upload({ client, params: { Bucket, Key, Body: createReadStream(path) } }).done();
    },
    async download(Bucket, Key, path) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      await pipeline(Body, createWriteStream(path));
    },
    async remove(Bucket, names) {
      for (let at = 0; at < names.length; at += 1000) {
        const Objects = names.slice(at, at + 1000).map((Key) => ({ Key }));
        await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      }
    },
    close: () => client.destroy(),
  };
}
