/** Where the program of the worker is. */
import { CloudError } from '@isobar/core/provider';

/** How users say where the program is. */
export const placeHint =
  'Say where its file is by the option `worker` of connect, or by the environment variable ISOBAR_WORKER; see docs/bundlers.md of Isobar';

/**
 * The URL of the worker's program: the given place, else that of `ISOBAR_WORKER`, else a file beside this module. The
 * package has it there.
 *
 * @param place A path, a file URL, or empty.
 * @param ownUrl The URL of this module. Empty in a CommonJS bundle.
 * @throws {CloudError} `worker-lost` when no place is known.
 */
export function programAt(place: string, ownUrl: string = import.meta.url ?? ''): URL {
  const given = place || process.env.ISOBAR_WORKER;
  if (given) {
    return given.startsWith('file:') ? new URL(given) : process.getBuiltinModule('node:url').pathToFileURL(given);
  }
  if (ownUrl === '') {
    const message = 'the worker thread that performs blocking calls did not start: this CommonJS bundle has no URL';
    throw new CloudError('worker-lost', `${message}. ${placeHint}`);
  }
  // Written this way for bundlers, some of which copy the file that such an expression names.
  return new URL('./isobar-worker.mjs', import.meta.url);
}
