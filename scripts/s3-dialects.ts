/** Writes docs/s3-dialects.md from the table of S3 dialects and where its cells come from. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { s3Dialects } from '../packages/storage-s3/src/dialects.ts';
import { dialectPage } from '../packages/storage-s3/testing/dialect-evidence.ts';
import { root } from './steps.ts';

writeFileSync(join(root, 'docs/s3-dialects.md'), dialectPage(s3Dialects));
