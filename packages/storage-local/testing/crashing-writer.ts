/** A program that writes one object again and again until it is killed: bytes and metadata of each write belong together. */
import { flushCompileCache } from 'node:module';
import { connect } from '@isobar/design-flag';
import { localFiles } from '@isobar/storage-local';

const [folder = '', mode = ''] = process.argv.slice(2);
// At the end of a program that is killed nobody does it.
flushCompileCache();
const driver = connect(localFiles, { folder, fsync: false, async: true });
for (let round = 0; ; round += 1) {
  const letter = String.fromCharCode(97 + (round % 26));
  const data = letter.repeat(1000 + ((round * 7919) % 200_000));
  const options = { metadata: { letter, length: String(data.length) } };
  if (mode === 'stream')
    await driver.uploadObjectViaStream([data, 'x'.repeat(9_000_000)], 'home', 'a/object.txt', options);
  else await driver.writeObject(data, 'home', 'a/object.txt', options);
  if (round === 0) process.stdout.write('ready\n');
}
