/**
 * Downloads and decodes an object that is stored as gzip, and prints by how much the process grew.
 * `node decode-much.ts blocking|async ENDPOINT KEY SECRET CONTAINER stream|file|memory PATH`
 */
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';

const [, , kind, endpoint = '', key = '', secret = '', container = '', way, path = ''] = process.argv;
const driver = connect(googleStorage, { key, secret, endpoint, async: kind === 'async' });
const decompress = { decompress: true };

async function download(name: string): Promise<number> {
  const object = { container, name };
  if (way === 'file') return (await driver.downloadObject(object, `${path}-${name}`, decompress)).sizeBytes;
  if (way === 'memory') return (await driver.readObject(object, decompress)).length;
  let sizeBytes = 0;
  for await (const piece of driver.downloadObjectAsStream(object, decompress)) sizeBytes += piece.length;
  return sizeBytes;
}

await download('small');
const before = process.resourceUsage().maxRSS;
const sizeBytes = await download('large');
const grownMib = (process.resourceUsage().maxRSS - before) / 1024;
console.log(JSON.stringify({ sizeBytes, grownMib }));
