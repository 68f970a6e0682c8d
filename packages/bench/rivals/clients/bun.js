/** Bun's built-in client; its cells run in Bun. */
import { closeSync, openSync, writeSync } from 'node:fs';

/** @type {import('../../src/clients/client.ts').ClientModule['connect']} */
export function connect({ url, key, secret }) {
  const { S3Client } = globalThis.Bun;
  const buckets = new Map();
  const bucket = (name) => {
    let client = buckets.get(name);
    if (!client) {
      client = new S3Client({ endpoint: url, bucket: name, accessKeyId: key, secretAccessKey: secret, region: 'auto' });
      buckets.set(name, client);
    }
    return client;
  };
  const page = async (container, startAfter) => {
    const { contents = [], isTruncated } = await bucket(container).list({
      maxKeys: 1000,
      ...(startAfter && { startAfter }),
    });
    return { count: contents.length, last: contents.at(-1)?.key, isTruncated };
  };
  return {
    get: (container, name) => bucket(container).file(name).bytes(),
    put: (container, name, bytes) => bucket(container).write(name, bytes),
    async list(container) {
      const listed = { count: 0, last: undefined };
      for (let more = true; more; ) {
        const { count, isTruncated, last } = await page(container, listed.last);
        listed.count += count;
        listed.last = last ?? listed.last;
        more = isTruncated === true;
      }
      return listed;
    },
    listPage: (container) => page(container),
    upload: (container, name, path) => globalThis.Bun.write(bucket(container).file(name), globalThis.Bun.file(path)),
    async download(container, name, path) {
      const file = openSync(path, 'w');
      for await (const piece of bucket(container).file(name).stream()) writeSync(file, piece);
      closeSync(file);
    },
    close() {},
  };
}
