/** Listings of objects: order, filters, pages, and the number of requests. */
import { expect } from 'vitest';
import { itemsOf } from '../bytes.ts';
import type { Case, Suite } from '../case.ts';
import type { StorageKit } from './storage-kit.ts';

/** In byte order of UTF-8, which differs from that of UTF-16 in the last two, and from any locale's in the rest. */
const ordered = ['!', '0', 'A', 'Z', '_', 'a', 'a/b', 'a0', 'aa', 'b', 'z', 'é', '日', '｡', '😀'];

const tree = ['a.txt', 'dir/1', 'dir/2', 'dir/sub/3', 'other/x', 'z.txt'];

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `object-${String(index).padStart(4, '0')}`);
}

function namesOf(items: readonly { readonly name: string }[]): string[] {
  return items.map((item) => item.name);
}

function ofCount(count: number): Case<StorageKit> {
  return {
    title: `lists ${count} objects in pages of 3`,
    async run({ driver, containerWith, requestsOf }) {
      const names = numbered(count);
      const container = await containerWith(names);
      let listed: string[] = [];
      const requests = await requestsOf(async () => {
        listed = namesOf(await itemsOf(driver.iterateContainerObjects(container, { pageSize: 3 })));
      });
      expect(listed).toEqual(names);
      const needed = Math.max(1, Math.ceil(count / 3));
      if (requests !== undefined) expect(requests, 'requests for the pages').toBeLessThanOrEqual(needed + 1);
      const inOne = await driver.listContainerObjects(container, { pageSize: 3 });
      expect(namesOf(inOne)).toEqual(names);
    },
  };
}

/** Cases about listings of objects. */
export const listing: Suite<StorageKit> = {
  title: 'listing',
  cases: [
    ...[0, 1, 2, 3, 4, 7].map(ofCount),
    {
      title: 'follows pages of the server’s own size',
      timeoutMs: 120_000,
      async run({ driver, containerWith, longListing }) {
        const names = numbered(longListing);
        const container = await containerWith(names);
        expect(namesOf(await driver.listContainerObjects(container))).toEqual(names);
        expect(namesOf(await itemsOf(driver.iterateContainerObjects(container)))).toEqual(names);
        for (const fewer of [longListing - 1, longListing - 2]) {
          await driver.deleteObject({ container, name: names[fewer] as string });
          expect(await driver.listContainerObjects(container)).toHaveLength(fewer);
        }
      },
    },
    {
      title: 'lists in byte order of UTF-8',
      async run({ driver, containerWith }) {
        const container = await containerWith(ordered.toReversed());
        expect(namesOf(await driver.listContainerObjects(container))).toEqual(ordered);
        expect(namesOf(await driver.listContainerObjects(container, { pageSize: 2 }))).toEqual(ordered);
      },
    },
    {
      title: 'gives the same objects iterated, as an array and by page',
      everyDesign: true,
      async run({ driver, containerWith }) {
        const container = await containerWith(numbered(4));
        const objects = driver.iterateContainerObjects(container, { pageSize: 3 });
        const iterated = await itemsOf(objects);
        expect(await objects.toArray()).toEqual(iterated);
        expect(await driver.listContainerObjects(container)).toEqual(iterated);
        expect((await itemsOf(objects.pages())).flatMap((page) => page.items)).toEqual(iterated);
      },
    },
    {
      title: 'reads again each time that a listing is iterated',
      everyDesign: true,
      async run({ driver, containerWith }) {
        const container = await containerWith(['a']);
        const objects = driver.iterateContainerObjects(container);
        expect(await itemsOf(objects)).toHaveLength(1);
        await driver.writeObject('x', container, 'b');
        expect(await itemsOf(objects)).toHaveLength(2);
      },
    },
    {
      title: 'sends nothing until a listing is iterated',
      everyDesign: true,
      server: ['requests'],
      async run({ driver, newName, requestsOf }) {
        const sent = await requestsOf(async () => {
          driver.iterateContainers();
          driver.iterateContainerObjects(newName()).pages();
          await driver.listContainers();
        });
        expect(sent, 'requests: that of the other call alone').toBe(1);
      },
    },
    {
      title: 'cuts pages at the page size, with a cursor on all but the last',
      everyDesign: true,
      async run({ driver, containerWith }) {
        const container = await containerWith(numbered(7));
        const pages = await itemsOf(driver.iterateContainerObjects(container, { pageSize: 3 }).pages());
        expect(pages.map((page) => page.items.length)).toEqual([3, 3, 1]);
        expect(pages.map((page) => typeof page.cursor)).toEqual(['string', 'string', 'undefined']);
      },
    },
    {
      title: 'resumes at a cursor, in another driver too',
      everyDesign: true,
      async run({ driver, containerWith, open }) {
        const names = numbered(7);
        const container = await containerWith(names);
        const [first] = await itemsOf(driver.iterateContainerObjects(container, { pageSize: 3 }).pages());
        const cursor = JSON.parse(JSON.stringify(first?.cursor)) as string;
        const later = open().iterateContainerObjects(container, { pageSize: 3 }).pages({ cursor });
        expect(namesOf((await itemsOf(later)).flatMap((page) => page.items))).toEqual(names.slice(3));
      },
    },
    {
      title: 'resumes at a cursor after an odd name',
      async run({ driver, containerWith }) {
        const names = ['a&b=c', 'a+b', 'a/%2F', 'a/%?#', 'é😀'].toSorted();
        const container = await containerWith(names);
        const objects = driver.iterateContainerObjects(container, { pageSize: 1 });
        expect(namesOf(await itemsOf(objects))).toEqual(names);
      },
    },
    {
      title: 'sends no further requests once the caller breaks off',
      everyDesign: true,
      server: ['requests'],
      async run({ driver, containerWith, requestsOf }) {
        const container = await containerWith(numbered(7));
        const sent = await requestsOf(async () => {
          for await (const object of driver.iterateContainerObjects(container, { pageSize: 1 })) {
            expect(object.name).toBe('object-0000');
            break;
          }
          // As many calls as the listing has pages left.
          for (let count = 0; count < 6; count += 1) await driver.getContainer(container);
        });
        expect((sent ?? 0) - 6, 'requests: this page, and at most two ahead').toBeLessThanOrEqual(3);
      },
    },
    {
      title: 'lists only objects with a prefix',
      async run({ driver, containerWith }) {
        const container = await containerWith(['log/1', 'log/2', 'logs', 'gol/1', 'LOG/1']);
        const listed = await driver.listContainerObjects(container, { prefix: 'log/' });
        expect(namesOf(listed)).toEqual(['log/1', 'log/2']);
      },
    },
    {
      title: 'lists nothing for a prefix that no object has',
      async run({ driver, containerWith }) {
        const container = await containerWith(['present']);
        expect(await driver.listContainerObjects(container, { prefix: 'absent' })).toEqual([]);
      },
    },
    {
      title: 'takes a prefix literally',
      async run({ driver, containerWith }) {
        const names = ['a b/1', 'a&b/1', 'a+b/1', 'a%2Fb/1', 'a#b/1', 'a?b/1', 'ä/1', '/a/1'];
        const container = await containerWith(names);
        for (const name of names) {
          const listed = await driver.listContainerObjects(container, { prefix: name.slice(0, -1) });
          expect(namesOf(listed), `with the prefix ${name.slice(0, -1)}`).toEqual([name]);
        }
      },
    },
    {
      title: 'folds names at a delimiter',
      needs: 'delimiter',
      proof: true,
      async run({ driver, containerWith }) {
        const container = await containerWith(tree);
        const [page] = await itemsOf(driver.iterateContainerObjects(container, { delimiter: '/' }).pages());
        expect(namesOf(page?.items ?? [])).toEqual(['a.txt', 'z.txt']);
        expect(page?.prefixes).toEqual(['dir/', 'other/']);
      },
    },
    {
      title: 'folds names at a delimiter after a prefix',
      needs: 'delimiter',
      async run({ driver, containerWith }) {
        const container = await containerWith(tree);
        const inFolder = { delimiter: '/', prefix: 'dir/' };
        const [page] = await itemsOf(driver.iterateContainerObjects(container, inFolder).pages());
        expect(namesOf(page?.items ?? [])).toEqual(['dir/1', 'dir/2']);
        expect(page?.prefixes).toEqual(['dir/sub/']);
      },
    },
    {
      title: 'gives each common prefix once, whatever the page size',
      needs: 'delimiter',
      async run({ driver, containerWith }) {
        const container = await containerWith(tree);
        const pages = await itemsOf(driver.iterateContainerObjects(container, { delimiter: '/', pageSize: 1 }).pages());
        expect(pages.flatMap((page) => namesOf(page.items))).toEqual(['a.txt', 'z.txt']);
        expect(pages.flatMap((page) => page.prefixes ?? [])).toEqual(['dir/', 'other/']);
      },
    },
    {
      title: 'lists only objects after a name, without that one',
      needs: 'startAfter',
      proof: true,
      async run({ driver, containerWith }) {
        const container = await containerWith(['a', 'b', 'b/', 'c', 'd']);
        const after = async (startAfter: string) =>
          namesOf(await driver.listContainerObjects(container, { startAfter, pageSize: 2 }));
        expect(await after('b')).toEqual(['b/', 'c', 'd']);
        expect(await after('bb')).toEqual(['c', 'd']);
        expect(await after('d')).toEqual([]);
      },
    },
    {
      title: 'starts after a name within a prefix',
      needs: 'startAfter',
      async run({ driver, containerWith }) {
        const container = await containerWith(['a/1', 'b/1', 'b/2', 'b/3', 'c/1']);
        const listed = await driver.listContainerObjects(container, { prefix: 'b/', startAfter: 'b/1' });
        expect(namesOf(listed)).toEqual(['b/2', 'b/3']);
      },
    },
    {
      title: 'refuses page sizes other than 1 to 1000, before anything is sent',
      async run({ driver, container, failsUnsent }) {
        const name = await container();
        for (const pageSize of [0, -1, 1.5, 1001, Number.NaN, '3' as unknown as number]) {
          const list = () => driver.iterateContainerObjects(name, { pageSize }).toArray();
          await failsUnsent(list, { code: 'invalid-argument', details: { field: 'pageSize' } });
        }
      },
    },
    {
      title: 'keeps two interleaved listings apart',
      everyDesign: true,
      async run({ driver, containerWith }) {
        const [first, second] = [await containerWith(numbered(4)), await containerWith(['x', 'y', 'z'])];
        const seen: string[] = [];
        const others = await iteratorOver(driver.iterateContainerObjects(second, { pageSize: 1 }));
        for await (const object of driver.iterateContainerObjects(first, { pageSize: 2 })) {
          const other = await others.next();
          seen.push(object.name, other.done ? '-' : other.value.name);
        }
        expect(seen).toEqual(['object-0000', 'x', 'object-0001', 'y', 'object-0002', 'z', 'object-0003', '-']);
      },
    },
  ],
};

async function iteratorOver<Item>(
  source: Iterable<Item> | AsyncIterable<Item>,
): Promise<Iterator<Item> | AsyncIterator<Item>> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
