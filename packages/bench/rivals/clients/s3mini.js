/** s3mini, on Node's own fetch. It has no calls for files: a file is uploaded as a Blob and downloaded from the response's stream. */
import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3mini } from 's3mini';

/** @type {import('../../src/clients/client.ts').ClientModule['connect']} */
export function connect({ url, key, secret }) {
  const buckets = new Map();
  const bucket = (name) => {
    if (!buckets.has(name)) {
      const options = { accessKeyId: key, secretAccessKey: secret, endpoint: `${url}/${name}`, region: 'auto' };
      buckets.set(name, new S3mini(options));
    }
    return buckets.get(name);
  };
  bucket('bench');
  return {
    get: async (container, name) => new Uint8Array(await bucket(container).getObjectArrayBuffer(name)),
    async put(container, name, bytes) {
      const { ok, status } = await bucket(container).putObject(name, bytes);
      if (!ok) throw new Error(`status ${status}`);
    },
    async list(container) {
      const objects = (await bucket(container).listObjects()) ?? [];
      return { count: objects.length, last: objects.at(-1)?.Key };
    },
    async listPage(container) {
      const { objects } = await bucket(container).listObjectsPaged('/', '', 1000);
      return { count: objects.length, last: objects.at(-1)?.Key };
    },
    upload: async (container, name, path) => bucket(container).putAnyObject(name, await openAsBlob(path)),
    async download(container, name, path) {
      const { body } = await bucket(container).getObjectResponse(name);
      await pipeline(Readable.fromWeb(body), createWriteStream(path));
    },
    close() {},
  };
}
