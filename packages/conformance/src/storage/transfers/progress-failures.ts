/** Progress functions that throw: their error ends the transfer, at the first call and at the last. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { collect, expectSameBytes, MIB, pattern } from '../../bytes.ts';
import type { Case, Suite } from '../../case.ts';
import { thrownBy } from '../../failures.ts';
import { filesIn } from '../../kit.ts';
import type { StorageKit } from '../storage-kit.ts';

const size = 2 * MIB;

/** Cases about progress functions that throw. */
export const progressFailures: Suite<StorageKit> = {
  title: 'progress functions that throw',
  cases: [
    ...(['first', 'last'] as const).map(
      (moment): Case<StorageKit> => ({
        title: `end every transfer with their error, at the ${moment} call`,
        async run({ driver, container, folder }) {
          const home = await container();
          const object = await driver.writeObject(pattern(size), home, 'object');
          const [place, source] = [await folder(), join(await folder(), 'source')];
          await writeFile(source, pattern(size));
          const reason = new Error('the progress function broke');
          const onProgress = ({ transferredBytes }: { readonly transferredBytes: number }) => {
            if (moment === 'first' || transferredBytes === size) throw reason;
          };
          const file = join(place, 'file');
          const calls: Readonly<Record<string, () => unknown>> = {
            writeObject: () => driver.writeObject(pattern(size), home, 'written', { onProgress }),
            uploadObject: () => driver.uploadObject(source, home, 'file', { onProgress }),
            uploadObjectViaStream: () =>
              driver.uploadObjectViaStream([pattern(size)], home, 'streamed', { onProgress }),
            uploadObjects: () => driver.uploadObjects([{ path: source, name: 'listed' }], home, { onProgress }),
            readObject: () => driver.readObject(object, { onProgress }),
            downloadObject: () => driver.downloadObject(object, file, { onProgress }),
            downloadObjects: () => driver.downloadObjects([object], place, { onProgress }),
            downloadObjectRange: () => driver.downloadObjectRange(object, file, 0, size, { onProgress }),
            downloadObjectAsStream: () => collect(driver.downloadObjectAsStream(object, { onProgress })),
            downloadObjectRangeAsStream: () =>
              collect(driver.downloadObjectRangeAsStream(object, 0, size, { onProgress })),
          };
          for (const [method, call] of Object.entries(calls)) {
            expect(await thrownBy(call), `what ${method} threw`).toBe(reason);
          }
          expect(await filesIn(place)).toEqual([]);
          // Control: the driver still works, and the object was not touched.
          expectSameBytes(await driver.readObject(object), pattern(size));
        },
      }),
    ),
  ],
};
