/** What is stored beside an object's bytes: media type, headers, the user's own metadata. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { expectSameBytes, pattern } from '../bytes.ts';
import type { Case, Suite } from '../case.ts';
import type { StorageKit } from './storage-kit.ts';

function guesses(name: string, contentType: string): Case<StorageKit> {
  return {
    title: `guesses the media type of ${name}`,
    async run({ driver, container }) {
      const home = await container();
      await driver.writeObject('x', home, name);
      expect((await driver.getObject(home, name)).contentType).toMatch(new RegExp(`^${contentType}(;|$)`));
      await driver.uploadObjectViaStream(['x'], home, name);
      expect((await driver.getObject(home, name)).contentType).toMatch(new RegExp(`^${contentType}(;|$)`));
    },
  };
}

/** Cases about media types, headers and metadata. */
export const metadata: Suite<StorageKit> = {
  title: 'metadata',
  cases: [
    {
      title: 'gives an object its fields',
      async run({ driver, container }) {
        const home = await container();
        const before = Date.now();
        const written = await driver.writeObject('12345', home, 'object.txt');
        const listed = (await driver.listContainerObjects(home))[0];
        const found = await driver.getObject(home, 'object.txt');
        for (const object of [written, listed, found]) {
          expect(object).toMatchObject({ container: home, name: 'object.txt', sizeBytes: 5, metadata: {} });
          expect(object?.extra).toBeTypeOf('object');
        }
        for (const { etag = '"', lastModified = new Date() } of [written, found, listed].flatMap((one) => one ?? [])) {
          expect(etag).toBeTypeOf('string');
          // Servers store whole seconds, and clocks differ.
          const age = Math.abs(lastModified.getTime() - before);
          expect(age, 'age of the new object in milliseconds').toBeLessThan(5 * 60_000);
        }
        // Not every server gives entity tags, and not in every response.
        if (found.etag !== undefined && listed?.etag !== undefined) expect(listed.etag).toBe(found.etag);
      },
    },
    {
      title: 'changes the entity tag with the bytes, where the server gives one',
      async run({ driver, container }) {
        const home = await container();
        await driver.writeObject('one', home, 'object');
        const first = await driver.getObject(home, 'object');
        await driver.writeObject('two', home, 'object');
        const second = await driver.getObject(home, 'object');
        if (first.etag !== undefined) expect(second.etag).not.toBe(first.etag);
      },
    },
    guesses('page.html', 'text/html'),
    guesses('folder.png/data.json', 'application/json'),
    guesses('IMAGE.PNG', 'image/png'),
    guesses('no-extension', 'application/octet-stream'),
    guesses('folder.txt/no-extension', 'application/octet-stream'),
    guesses('odd.unknown-extension', 'application/octet-stream'),
    {
      title: 'guesses the media type by the name of the object, not of the file',
      async run({ driver, container, folder }) {
        const path = join(await folder(), 'file.png');
        await writeFile(path, 'x');
        const home = await container();
        await driver.uploadObject(path, home, 'object.txt');
        expect((await driver.getObject(home, 'object.txt')).contentType).toMatch(/^text\/plain(;|$)/);
      },
    },
    {
      title: 'stores the given media type',
      async run({ driver, container, folder }) {
        const path = join(await folder(), 'file.png');
        await writeFile(path, 'x');
        const home = await container();
        const options = { contentType: 'application/x-own; charset=utf-8' };
        await driver.writeObject('x', home, 'written.txt', options);
        await driver.uploadObject(path, home, 'uploaded.txt', options);
        await driver.uploadObjectViaStream(['x'], home, 'streamed.txt', options);
        for (const name of ['written.txt', 'uploaded.txt', 'streamed.txt']) {
          expect((await driver.getObject(home, name)).contentType, name).toBe(options.contentType);
        }
      },
    },
    {
      title: 'accepts disposition, language and cache control',
      async run({ driver, container }) {
        const home = await container();
        const options = {
          contentDisposition: 'attachment; filename="a b.txt"',
          contentLanguage: 'de, en',
          cacheControl: 'private, max-age=60',
        };
        const written = await driver.writeObject('x', home, 'object', options);
        expectSameBytes(await driver.readObject(written), Buffer.from('x'));
      },
    },
    {
      title: 'keeps encoded content as it is stored',
      async run({ driver, container }) {
        const home = await container();
        const zipped = gzipSync(pattern(10_000));
        const written = await driver.writeObject(zipped, home, 'object.gz', { contentEncoding: 'gzip' });
        expect((await driver.getObject(home, 'object.gz')).sizeBytes).toBe(zipped.length);
        expectSameBytes(await driver.readObject(written), zipped);
      },
    },
    {
      title: 'refuses headers with line breaks, before anything is sent',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        const injected = 'x\r\nx-injected: 1';
        for (const field of [
          'contentType',
          'contentEncoding',
          'contentDisposition',
          'contentLanguage',
          'cacheControl',
        ]) {
          for (const value of [injected, 'x\ny', 'x\0']) {
            const write = () => driver.writeObject('x', home, 'object', { [field]: value });
            await failsUnsent(write, { code: 'invalid-argument', details: { field } });
          }
        }
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'keeps the user’s metadata, under lower-case keys',
      needs: 'userMetadata',
      proof: true,
      async run({ driver, container, folder }) {
        const path = join(await folder(), 'file');
        await writeFile(path, 'x');
        const home = await container();
        const options = { metadata: { Colour: 'Blue, or green', 'x-long-key': '1', plain: 'a=b; c' } };
        const expected = { colour: 'Blue, or green', 'x-long-key': '1', plain: 'a=b; c' };
        await driver.writeObject('x', home, 'written', options);
        await driver.uploadObject(path, home, 'uploaded', options);
        await driver.uploadObjectViaStream(['x'], home, 'streamed', options);
        for (const name of ['written', 'uploaded', 'streamed']) {
          expect((await driver.getObject(home, name)).metadata, name).toEqual(expected);
        }
      },
    },
    {
      title: 'keeps metadata of a long source',
      needs: 'userMetadata',
      async run({ driver, container }) {
        const home = await container();
        const options = { contentType: 'text/x-long', metadata: { colour: 'blue' } };
        await driver.uploadObjectViaStream([pattern(9_000_000)], home, 'object', options);
        const found = await driver.getObject(home, 'object');
        expect(found).toMatchObject({ contentType: 'text/x-long', metadata: { colour: 'blue' }, sizeBytes: 9_000_000 });
      },
    },
    {
      title: 'drops the metadata of an object that is replaced',
      needs: 'userMetadata',
      async run({ driver, container }) {
        const home = await container();
        await driver.writeObject('x', home, 'object', { metadata: { old: '1' } });
        await driver.writeObject('x', home, 'object', { metadata: { new: '1' } });
        expect((await driver.getObject(home, 'object')).metadata).toEqual({ new: '1' });
      },
    },
    {
      title: 'keeps a metadata value exactly, or refuses it',
      needs: 'userMetadata',
      async run({ driver, container, fails }) {
        const home = await container();
        for (const value of [
          '',
          ' spaces around ',
          'grün',
          '日本',
          'tab\there',
          '"quoted"',
          'per%20cent',
          '=?utf-8?Q?x?=',
        ]) {
          const options = { metadata: { key: value } };
          let stored = true;
          await (async () => await driver.writeObject('x', home, 'object', options))().catch(async (failure) => {
            stored = false;
            await fails(() => Promise.reject(failure), { code: 'invalid-argument' });
          });
          if (stored) expect((await driver.getObject(home, 'object')).metadata, value).toEqual({ key: value });
        }
      },
    },
    {
      title: 'keeps the time at which an object was last modified',
      needs: 'modificationTimes',
      proof: true,
      async run({ driver, container, folder }) {
        const path = join(await folder(), 'file');
        await writeFile(path, 'x');
        const home = await container();
        const lastModified = new Date('2001-02-03T04:05:06.789Z');
        const options = { lastModified, contentType: 'text/x-own' };
        await driver.writeObject('x', home, 'written', options);
        await driver.uploadObject(path, home, 'uploaded', options);
        await driver.uploadObjectViaStream([pattern(9_000_000)], home, 'streamed', options);
        await driver.copyObject({ container: home, name: 'written' }, home, 'copied', { lastModified });
        for (const name of ['written', 'uploaded', 'streamed', 'copied']) {
          expect((await driver.getObject(home, name)).lastModified, name).toEqual(lastModified);
        }
      },
    },
    {
      title: 'refuses metadata that no header can carry, before anything is sent',
      needs: 'userMetadata',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        const wrong: Record<string, unknown>[] = [
          { key: 'a\r\nx-injected: 1' },
          { key: 'a\nb' },
          { key: 'a\0b' },
          { key: 5 },
          { key: null },
          { 'a b': 'x' },
          { 'a:b': 'x' },
          { 'a\r\nb': 'x' },
          { '': 'x' },
          { Key: '1', key: '2' },
        ];
        for (const entries of wrong) {
          const options = { metadata: entries as Record<string, string> };
          await failsUnsent(() => driver.writeObject('x', home, 'object', options), { code: 'invalid-argument' });
          await failsUnsent(() => driver.uploadObjectViaStream(['x'], home, 'object', options), {
            code: 'invalid-argument',
          });
        }
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
  ],
};
