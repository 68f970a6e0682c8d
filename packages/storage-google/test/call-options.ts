/** Unknown options of calls. */
import { join } from 'node:path';
import type { StorageKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';
import { googleSuite } from './google-kit.ts';

/** Cases about names of options. */
export const callOptions: Suite<StorageKit> = googleSuite('names of options', [
  {
    title: 'are refused when unknown, before anything is sent',
    async run({ container, driver, failsUnsent, folder }) {
      const home = await container();
      const object = await driver.writeObject('x', home, 'object');
      const path = join(await folder(), 'file');
      const refused = (operation: string, field: string) =>
        ({ code: 'invalid-argument', details: { operation, field } }) as const;
      const overwrite = { overwrite: true } as object;
      await failsUnsent(() => driver.downloadObject(object, path, overwrite), refused('downloadObject', 'overwrite'));
      const wrong = { ifGenerationMach: 0 } as object;
      await failsUnsent(
        () => driver.writeObject('y', home, 'object', wrong),
        refused('writeObject', 'ifGenerationMach'),
      );
      await failsUnsent(
        () => driver.exGetContainerCors(home, wrong),
        refused('exGetContainerCors', 'ifGenerationMach'),
      );
      const listing = async () => driver.iterateContainerObjects(home, { Prefix: 'a' } as object);
      await failsUnsent(listing, refused('iterateContainerObjects', 'Prefix'));
      expect(await driver.readObject(object, { timeoutMs: 60_000 })).toHaveLength(1);
    },
  },
]);
