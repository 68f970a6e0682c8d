/**
 * Resumes an upload. Optionally kills itself with `SIGKILL` half-way, without cleanup.
 * `node resumable-upload.ts blocking|async ENDPOINT KEY SECRET TOKEN-FILE FILE KILL-AT-BYTES`
 */
import { readFileSync } from 'node:fs';
import { connect } from '@isobar/design-flag';
import { googleStorage, type ResumableUpload } from '@isobar/storage-google';

const [, , kind, endpoint = '', key = '', secret = '', token = '', path = '', killAt = '0'] = process.argv;
const driver = connect(googleStorage, { key, secret, endpoint, async: kind === 'async' });
const upload = JSON.parse(readFileSync(token, 'utf8')) as ResumableUpload;
let from: number | undefined;
const onProgress = ({ transferredBytes }: { readonly transferredBytes: number }): void => {
  from ??= transferredBytes;
  if (Number(killAt) > 0 && transferredBytes >= Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const object = await driver.exResumeUpload(upload, path, { onProgress });
console.log(JSON.stringify({ from, sizeBytes: object.sizeBytes, crc32c: object.extra.crc32c }));
