/** Finds the file of the worker's program. */
import { CloudError, describe, invalidArgument } from '@isobar/core/provider';

/** How users give the location of the file. */
export const locationHint =
  'Give the location of its file by the option `worker` of connect or the environment variable ISOBAR_WORKER; see docs/bundlers.md of Isobar';

/**
 * The URL of the worker's program: the given location, else that of `ISOBAR_WORKER`, else the file beside this module, where
 * the package has it.
 *
 * @param location A path, a file URL, or empty.
 * @param ownUrl The URL of this module. Empty in a CommonJS bundle.
 * @throws {CloudError} `worker-lost` when no location is known; `invalid-argument` for a malformed URL.
 */
export function findProgram(location: string, ownUrl: string = import.meta.url ?? ''): URL {
  const given = location || process.env.ISOBAR_WORKER;
  if (given) {
    if (given.startsWith('file:') && !URL.canParse(given)) {
      const source = location ? '' : ' (from ISOBAR_WORKER)';
      throw invalidArgument('worker', `must be a path or a file URL, not ${describe(given)}${source}`);
    }
    return given.startsWith('file:') ? new URL(given) : process.getBuiltinModule('node:url').pathToFileURL(given);
  }
  if (ownUrl === '') {
    const message = 'the worker thread that performs blocking calls did not start: this CommonJS bundle has no URL';
    throw new CloudError('worker-lost', `${message}. ${locationHint}`);
  }
  // Some bundlers recognize this expression, and copy the file.
  return new URL('./isobar-worker.mjs', import.meta.url);
}
