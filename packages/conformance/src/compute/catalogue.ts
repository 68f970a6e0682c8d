/** Sizes, images and locations for nodes. */
import { NodeImageState } from '@isobar/core';
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import { expectPlainData } from '../plain-data.ts';
import type { ComputeKit } from './compute-kit.ts';

/** Cases about what the cloud offers. */
export const catalogue: Suite<ComputeKit> = {
  title: 'sizes, images, locations',
  cases: [
    {
      title: 'gives every size its fields',
      async run({ driver }) {
        const sizes = await driver.listSizes();
        expectPlainData(sizes);
        for (const size of sizes) {
          expect(size.id, 'id').not.toBe('');
          expect(size.ramMb, `memory of ${size.id}`).toBeGreaterThan(0);
          expect(size.diskGb, `disk of ${size.id}`).toBeGreaterThanOrEqual(0);
          for (const count of [size.bandwidthMbps, size.pricePerHour, size.cpus]) {
            expect(count ?? 0, `a number of ${size.id}`).toBeGreaterThanOrEqual(0);
          }
        }
      },
    },
    {
      title: 'gives every image its fields',
      async run({ driver }) {
        const images = await driver.listImages();
        expectPlainData(images);
        for (const image of images) {
          expect(image.id, 'id').not.toBe('');
          expect(image.name, `name of ${image.id}`).toBeTypeOf('string');
          if (image.state) expect(Object.values(NodeImageState), image.id).toContain(image.state);
        }
      },
    },
    {
      title: 'gives every location its fields',
      async run({ driver }) {
        const locations = await driver.listLocations();
        expectPlainData(locations);
        for (const location of locations) {
          expect(location.id, 'id').not.toBe('');
          expect(location.country, `country of ${location.id}`).toBeTypeOf('string');
        }
        expect(new Set(locations.map(({ id }) => id)).size, 'distinct ids').toBe(locations.length);
      },
    },
    {
      title: 'gives the sizes and images of a location, a subset of all',
      async run({ driver }) {
        const [sizes, images] = [await driver.listSizes(), await driver.listImages()];
        for (const location of await driver.listLocations()) {
          expect(sizes).toEqual(expect.arrayContaining(await driver.listSizes(location)));
          expect(images).toEqual(expect.arrayContaining(await driver.listImages(location.id)));
        }
      },
    },
    {
      title: 'reports a missing location',
      async run({ driver, fails }) {
        const code = ['not-found', 'invalid-argument'] as const;
        await fails(() => driver.listSizes('no-such-location'), { code, details: { operation: 'listSizes' } });
        await fails(() => driver.listImages('no-such-location'), { code, details: { operation: 'listImages' } });
      },
    },
    {
      title: 'refuses invalid locations, before anything is sent',
      async run({ driver, failsUnsent }) {
        for (const wrong of ['', 5, {}, null] as unknown as string[]) {
          const details = { field: 'location' };
          await failsUnsent(() => driver.listSizes(wrong), { code: 'invalid-argument', details });
          await failsUnsent(() => driver.listImages(wrong), { code: 'invalid-argument', details });
        }
      },
    },
    {
      title: 'looks up every listed image',
      async run({ driver }) {
        for (const image of await driver.listImages()) expect(await driver.getImage(image.id)).toEqual(image);
      },
    },
    {
      title: 'says that a missing image is not found',
      async run({ driver, fails }) {
        const details = { operation: 'getImage', image: 'no-such-image' };
        await fails(() => driver.getImage('no-such-image'), { code: 'not-found', details });
      },
    },
  ],
};
