/** Apache OpenDAL's asynchronous calls, its S3 service. */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { operatorsOf, pieceBytes } from './opendal-operators.js';

const noPages = 'its listings have no pages';

/** @type {import('../../src/clients/client.ts').ClientModule['connect']} */
export function connect(service) {
  const operatorOf = operatorsOf(service);
  const list = async (container) => {
    const entries = await operatorOf(container).list('/', { recursive: true });
    return { count: entries.length, last: entries.at(-1)?.path() };
  };
  return {
    get: (container, name) => operatorOf(container).read(name),
    put: (container, name, bytes) => operatorOf(container).write(name, Buffer.from(bytes)),
    list,
    // A container of a thousand objects is one page.
    listPage: (container) => (container === 'list-1000' ? list(container) : Promise.reject(new Error(noPages))),
    async upload(container, name, path) {
      const writer = await operatorOf(container).writer(name, { chunk: BigInt(pieceBytes) });
      for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) await writer.write(piece);
      await writer.close();
    },
    async download(container, name, path) {
      const reader = await operatorOf(container).reader(name);
      await pipeline(reader.createReadStream(), createWriteStream(path));
    },
    close() {},
  };
}
