/** The version of Node that the emulator needs. */
import { StartError } from './serve.ts';

/**
 * Fails in a Node that is older than the package's `engines` allow: the database is missing there.
 *
 * @param engines Such as `>=22.19`.
 */
export function checkNodeVersion(engines: string, version: string = process.versions.node): void {
  const [minMajor = 0, minMinor = 0] = engines.replace('>=', '').split('.').map(Number);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return;
  throw new StartError(`needs Node ${minMajor}.${minMinor} or newer; this is Node ${version}`);
}
