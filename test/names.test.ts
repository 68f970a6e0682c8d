/**
 * Any names that the service allows, control characters and odd code points included, round-trip through uploads,
 * listings, look-ups, downloads, copies and removals, over HTTP.
 */
import { connect } from '@isobar/design-flag';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const open = () =>
  connect(googleStorage, { key: emulator.accessKey, secret: emulator.secret, endpoint: emulator.storage });

/** Characters of names, weighted towards those that paths, queries, signatures and XML treat specially. */
const characters = fc.oneof(
  fc.constantFrom(
    '/',
    '.',
    '%',
    '+',
    ' ',
    '&',
    '<',
    '>',
    ']',
    ';',
    '#',
    '?',
    '\\',
    '"',
    "'",
    '\0',
    '\t',
    '\x7f',
    '\x85',
  ),
  fc.constantFrom('\ufffe', '\uffff', '\ufeff', '\u2028', 'e\u0301', 'é', '😀', '\u{10ffff}'),
  fc.integer({ min: 0, max: 0x1f }).map((code) => String.fromCharCode(code)),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const objectNames = fc
  .string({ unit: characters, minLength: 1, maxLength: 60 })
  .filter((name) => !/[\r\n]/.test(name) && name !== '.' && name !== '..');

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Counts buckets, one for each attempt, so that a failed attempt does not affect others. */
let buckets = 0;

test('names round trip', () => {
  const driver = open();
  fc.assert(
    fc.property(fc.uniqueArray(objectNames, { minLength: 1, maxLength: 8 }), (names) => {
      buckets += 1;
      const bucket = `names-${buckets}`;
      driver.createContainer(bucket);
      for (const name of names) expect(driver.writeObject(`of ${name}`, bucket, name).name).toBe(name);
      const sorted = names.toSorted(byBytes);
      const listed = (options: object) => driver.listContainerObjects(bucket, options).map(({ name }) => name);
      expect(listed({})).toEqual(sorted);
      expect(listed({ pageSize: 2 }), 'by pages').toEqual(sorted);
      expect(listed({ versions: true, pageSize: 2 }), 'with versions').toEqual(sorted);
      expect(listed({ startAfter: sorted[0] }), 'after the first').toEqual(sorted.slice(1));
      for (const name of names) {
        expect(driver.getObject(bucket, name).name).toBe(name);
        expect(Buffer.from(driver.readObject({ container: bucket, name })).toString()).toBe(`of ${name}`);
        expect(listed({ prefix: name })).toContain(name);
      }
      const [name = ''] = names;
      driver.copyObject({ container: bucket, name }, bucket, 'copy');
      driver.exComposeObjects([name, name], bucket, 'copy');
      expect(Buffer.from(driver.readObject({ container: bucket, name: 'copy' })).toString()).toBe(
        `of ${name}`.repeat(2),
      );
      driver.deleteObject({ container: bucket, name });
      const rest = [...names.slice(1), 'copy'].map((other) => ({ container: bucket, name: other }));
      expect(driver.deleteObjects(rest)).toEqual({ deleted: rest, failed: [] });
      expect(listed({}), 'after all were removed').toEqual([]);
    }),
    { numRuns: 40 },
  );
  driver.close();
});

test('common prefixes round trip', () => {
  const driver = open();
  fc.assert(
    fc.property(objectNames, objectNames, (one, other) => {
      buckets += 1;
      const bucket = `names-${buckets}`;
      driver.createContainer(bucket);
      driver.writeObject('x', bucket, `${one}/${other}`);
      const [page] = driver.iterateContainerObjects(bucket, { delimiter: '/' }).pages();
      const folder = one.includes('/') ? one.slice(0, one.indexOf('/')) : one;
      expect(page?.prefixes).toEqual([`${folder}/`]);
    }),
    { numRuns: 40 },
  );
  driver.close();
});
