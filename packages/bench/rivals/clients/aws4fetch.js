/** aws4fetch: a signer around Node's own fetch. Reading listings, verifying and moving files are left out: it does none of them. */
import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsClient } from 'aws4fetch';

const noListing = 'it reads no listing: the caller would parse the XML';

/** @type {import('../../src/clients/client.ts').ClientModule['connect']} */
export function connect({ url, key, secret }) {
  const client = new AwsClient({ accessKeyId: key, secretAccessKey: secret, service: 's3', region: 'auto' });
  const send = async (container, name, init) => {
    const response = await client.fetch(`${url}/${container}/${name}`, init);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response;
  };
  return {
    get: async (container, name) => new Uint8Array(await (await send(container, name)).arrayBuffer()),
    async put(container, name, body) {
      await (await send(container, name, { method: 'PUT', body })).arrayBuffer();
    },
    list: noListing,
    listPage: noListing,
    async upload(container, name, path) {
      const body = await openAsBlob(path);
      const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
      await (await send(container, name, { method: 'PUT', headers, body })).arrayBuffer();
    },
    async download(container, name, path) {
      const { body } = await send(container, name);
      await pipeline(Readable.fromWeb(body), createWriteStream(path));
    },
    close() {},
  };
}
