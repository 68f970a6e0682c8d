/** MinIO's client. */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { Client } from 'minio';

/** @type {import('../../src/clients/client.ts').ClientModule['connect']} */
export function connect({ authority, url, key, secret, connections }) {
  const options = { keepAlive: true, maxSockets: connections };
  const { hostname: endPoint, port } = new URL(url);
  const client = new Client({
    endPoint,
    port: Number(port),
    useSSL: authority !== undefined,
    accessKey: key,
    secretKey: secret,
    region: 'auto',
    transportAgent: authority ? new SecureAgent({ ...options, ca: readFileSync(authority) }) : new Agent(options),
  });
  return {
    get: async (container, name) => buffer(await client.getObject(container, name)),
    put: (container, name, bytes) => client.putObject(container, name, Buffer.from(bytes)),
    async list(container) {
      const listed = { count: 0, last: undefined };
      for await (const { name } of client.listObjectsV2(container, '', true)) {
        listed.count += 1;
        listed.last = name;
      }
      return listed;
    },
    async listPage(container) {
      const listed = { count: 0, last: undefined };
      for await (const { name } of client.listObjectsV2(container, '', true)) {
        listed.count += 1;
        listed.last = name;
        if (listed.count === 1000) break;
      }
      return listed;
    },
    upload: (container, name, path) => client.fPutObject(container, name, path, {}),
    download: (container, name, path) => client.fGetObject(container, name, path),
    remove: (container, names) => client.removeObjects(container, [...names]),
    close() {},
  };
}
