/** Globs of the places of a command line, for the commands that list by themselves. */
import picomatch from 'picomatch/posix';

/** Whether a name matches a glob as a whole. */
export function matcherOf(glob: string): (name: string) => boolean {
  // With `s`, a dot stands for line breaks too, which names may have.
  return picomatch(glob, { dot: true, flags: 's' });
}

/** A prefix as a folder's: empty, or with a slash at its end. */
export function folderPrefix(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}
