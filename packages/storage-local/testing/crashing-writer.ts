/** A program that writes one object again and again until it is killed: bytes and metadata of each write belong together. */
import { connect } from '@isobar/design-flag';
import { localFiles } from '@isobar/storage-local';

const [folder = '', mode = ''] = process.argv.slice(2);
const driver = connect(localFiles, { folder, fsync: false });
for (let round = 0; ; round += 1) {
  const letter = String.fromCharCode(97 + (round % 26));
  const data = letter.repeat(1000 + ((round * 7919) % 200_000));
  const options = { metadata: { letter, length: String(data.length) } };
  if (mode === 'stream') driver.uploadObjectViaStream([data, 'x'.repeat(9_000_000)], 'home', 'a/object.txt', options);
  else driver.writeObject(data, 'home', 'a/object.txt', options);
  if (round === 0) process.stdout.write('ready\n');
}
