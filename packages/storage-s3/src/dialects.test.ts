/** The table of dialects, and how a row is chosen. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialectPage } from '../testing/dialect-evidence.ts';
import { dialectAt, regionIn, s3Dialects } from './dialects.ts';
import { dialectOf, optionsSchema } from './options.ts';

test.each([
  [undefined, 'aws', undefined],
  ['https://s3.eu-central-1.amazonaws.com', 'aws', 'eu-central-1'],
  ['https://0123.r2.cloudflarestorage.com', 'r2', undefined],
  ['https://s3.eu-central-003.backblazeb2.com', 'b2', 'eu-central-003'],
  ['https://fra1.digitaloceanspaces.com', 'spaces', 'fra1'],
  ['https://s3.eu-west-1.wasabisys.com', 'wasabi', 'eu-west-1'],
  ['https://storage.googleapis.com', 'google', undefined],
  ['https://s3.fr-par.scw.cloud', 'scaleway', 'fr-par'],
  ['https://t3.storage.dev', 'tigris', undefined],
  ['http://127.0.0.1:9000', 'other', undefined],
  ['https://amazonaws.com.evil.example', 'other', undefined],
])('%s is %s in %s', (endpoint, dialect, region) => {
  expect([dialectAt(endpoint), regionIn(endpoint)]).toEqual([dialect, region]);
});

describe('the option', () => {
  const problemsOf = (dialect: unknown): string[] => {
    const checked = optionsSchema.safeParse({ key: 'k', secret: 's', dialect });
    return checked.success ? [] : checked.error.issues.map(({ message, path }) => `${path.join('.')} ${message}`);
  };

  test('changes single cells of a row', () => {
    const endpoint = 'https://minio.example';
    expect(dialectOf({ endpoint, dialect: { name: 'minio', maxParts: 7 } })).toEqual({
      ...s3Dialects.minio,
      maxParts: 7,
    });
    expect(dialectOf({ endpoint, dialect: { name: 'aws', checksum: undefined } }).checksum).toBeUndefined();
    expect(dialectOf({ endpoint: undefined, dialect: undefined })).toEqual(s3Dialects.aws);
  });

  test.each([
    ['minoi', 'dialect must be one of aws'],
    [{ name: 'minoi' }, 'dialect.name must be one of aws'],
    [{ maxPart: 7 }, 'dialect.maxPart is not a cell of the table'],
    [{ maxParts: 0 }, 'dialect.maxParts must be a number from 1'],
    [{ partCopy: 'yes' }, 'dialect.partCopy must be a boolean'],
    [{ checksum: 'sha1' }, 'dialect.checksum must be one of crc32'],
    [null, 'dialect must be one of aws'],
  ])('%j is refused', (dialect, problem) => {
    expect(problemsOf(dialect)).toEqual([expect.stringContaining(problem)]);
  });

  test('never fails in another way', () => {
    fc.assert(fc.property(fc.anything(), (dialect) => Array.isArray(problemsOf(dialect))));
  });
});

test('the page of the table is up to date (node scripts/s3-dialects.ts writes it)', () => {
  const page = readFileSync(new URL('../../../docs/s3-dialects.md', import.meta.url), 'utf8');
  expect(page).toBe(dialectPage(s3Dialects));
});
