/** Names of containers and objects: those that a folder or file can have on every system. */
import { type ContainerReference, containerNameOf, describe, invalidArgument } from '@isobar/core/provider';

/** The folder in each container that has what belongs to its objects. No object is in it. */
export const privateFolder = '.isobar';

/** Files that are being written, as the connection names them. */
const temporaryName = /^\..*\.[0-9a-f]{12}\.part$/s;

/** Maximum length of the name of a file or folder, in bytes of UTF-8. @see https://man7.org/linux/man-pages/man3/pathconf.3.html */
const maxSegmentBytes = 255;
/** Maximum length of an object's name, in bytes of UTF-8, as clouds have it: systems allow paths of some 4,000. */
const maxNameBytes = 1024;

const encoder = new TextEncoder();

/** Checks the name of a container, which is one folder. */
export function containerName(container: ContainerReference, field = 'container'): string {
  const name = containerNameOf(container, field);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are refused
  const isAllowed = /^[^.\u0000-\u001f\\/:*?"<>|#][^\u0000-\u001f\\/:*?"<>|#]*$/u.test(name) && name.isWellFormed();
  if (isAllowed && encoder.encode(name).length <= maxSegmentBytes) return name;
  const rule = `must be the name of a folder: at most ${maxSegmentBytes} bytes, without \\ / : * ? " < > | # and without a dot at the start`;
  throw invalidArgument(field, `${rule}; not ${describe(name)}`);
}

/** Checks the name of an object, which is the path of a file. */
export function objectName(name: string, field = 'objectName'): string {
  if (typeof name !== 'string') throw invalidArgument(field, `must be a string, not ${describe(name)}`);
  const problem = problemOf(name);
  if (problem) throw invalidArgument(field, `${problem}; it is ${describe(name)}`);
  return name;
}

function problemOf(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (!name.isWellFormed()) return 'must be well-formed Unicode, without lone surrogates';
  const bytes = encoder.encode(name).length;
  if (bytes > maxNameBytes) return `must be at most ${maxNameBytes} bytes of UTF-8, not ${bytes}`;
  if (name.includes('\0')) return 'must not have a NUL, which no path can have';
  const segments = name.split('/');
  if (segments.includes(''))
    return 'must not start or end with a slash or have two in a row, because it is the path of a file';
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    return 'must not have "." or ".." between slashes, because it is the path of a file';
  }
  const long = segments.find((segment) => encoder.encode(segment).length > maxSegmentBytes);
  if (long !== undefined) return `must not have more than ${maxSegmentBytes} bytes between slashes`;
  if (segments[0] === privateFolder) return `must not start with ${privateFolder}/, where metadata is kept`;
  if (segments.some(isTemporary)) return 'must not be like that of a file that is being written (.….….part)';
  return undefined;
}

/** Whether a name is that of a file that is being written. */
export function isTemporary(name: string): boolean {
  return temporaryName.test(name);
}
