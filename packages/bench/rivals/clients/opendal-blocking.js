/** Apache OpenDAL's blocking calls: the only other blocking HTTP client for storage in JavaScript. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { operatorsOf, pieceBytes } from './opendal-operators.js';

/** @type {import('../../src/clients/client.ts').ClientModule['connect']} */
export function connect(service) {
  const operatorOf = operatorsOf(service);
  const list = (container) => {
    const entries = operatorOf(container).listSync('/', { recursive: true });
    return { count: entries.length, last: entries.at(-1)?.path() };
  };
  return {
    get: (container, name) => operatorOf(container).readSync(name),
    put: (container, name, bytes) => operatorOf(container).writeSync(name, Buffer.from(bytes)),
    list,
    // A container of a thousand objects is one page.
    listPage: list,
    upload(container, name, path) {
      const writer = operatorOf(container).writerSync(name, { chunk: BigInt(pieceBytes) });
      const file = openSync(path, 'r');
      for (;;) {
        const piece = Buffer.allocUnsafe(pieceBytes);
        const length = readSync(file, piece);
        if (length === 0) break;
        writer.write(piece.subarray(0, length));
      }
      closeSync(file);
      writer.close();
    },
    download(container, name, path) {
      const reader = operatorOf(container).readerSync(name);
      const file = openSync(path, 'w');
      const piece = Buffer.allocUnsafe(1024 * 1024);
      for (let length = Number(reader.read(piece)); length > 0; length = Number(reader.read(piece))) {
        writeSync(file, piece, 0, length);
      }
      closeSync(file);
    },
    close() {},
  };
}
