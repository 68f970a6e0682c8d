/** Copies a folder with a journal, slowly enough to be killed. Prints the name of each object when it is done. */
import { connect } from '@isobar/design-flag';
import { localFiles } from '@isobar/storage-local';
import { copyTree } from '@isobar/transfer';

const [folder = '', journal = '', rate = ''] = process.argv.slice(2);
const driver = connect(localFiles, { folder, fsync: false, async: true });
const other = connect(localFiles, { folder, fsync: false, async: true });
const report = await copyTree(
  { driver, container: 'home' },
  { driver: other, container: 'copy' },
  {
    journal,
    concurrency: 4,
    ...(rate && { maxBytesPerSecond: Number(rate) }),
    onResult: ({ name, outcome }) => console.log(`${outcome} ${name}`),
  },
).report();
console.log(JSON.stringify(report));
