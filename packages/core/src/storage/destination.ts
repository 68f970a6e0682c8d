/** Where a download may write. Decided before anything is sent, and never outside of what the caller named. */
import { pathOf } from '../arguments.ts';
import { CloudError, invalidArgument } from '../errors.ts';
import { type Operation, stat } from '../operation.ts';

/**
 * The file that a download will write.
 *
 * @param destinationPath A file, or an existing folder when it ends in a slash (on Windows also a backslash is one).
 * @param objectName Its last segment becomes the file's name in a folder.
 * @throws {CloudError} `already-exists` when a file is there and may not be replaced; `invalid-argument` when the path is
 * a folder without a trailing slash, the folder is missing, or the object's name cannot name a file.
 */
export function* resolveDestination(
  destinationPath: string,
  objectName: string,
  overwriteExisting: boolean,
): Operation<string> {
  pathOf('destinationPath', destinationPath);
  const isFolder = /[/\\]$/.test(destinationPath);
  if (isFolder) yield* requireFolder(destinationPath);
  const path = isFolder ? destinationPath + fileNameOf(objectName) : destinationPath;
  const present = yield* stat(path, 'destinationPath');
  if (present?.kind === 'folder') {
    throw invalidArgument('destinationPath', `is a folder: ${path}; end it with a slash to download into it`);
  }
  if (present && !overwriteExisting) {
    throw new CloudError('already-exists', `${path} exists; pass overwriteExisting: true to replace it`, {
      field: 'destinationPath',
    });
  }
  return path;
}

function* requireFolder(path: string): Operation<void> {
  const folder = yield* stat(path, 'destinationPath');
  if (folder?.kind === 'folder') return;
  // With a slash at its end, a file is none to the system.
  const file = folder ?? (yield* stat(path.replace(/[/\\]+$/, ''), 'destinationPath'));
  const problem = file ? 'is a file' : 'does not exist; create it first';
  const message = `\`destinationPath\`: the folder ${path} ${problem}`;
  throw new CloudError('invalid-argument', message, { field: 'destinationPath', path });
}

function fileNameOf(objectName: string): string {
  const name = objectName.slice(objectName.lastIndexOf('/') + 1);
  if (name === '' || name === '.' || name === '..' || /[\\\0]/.test(name)) {
    const why = 'its last segment cannot name a file';
    throw invalidArgument('destinationPath', `must name a file for the object ${JSON.stringify(objectName)}: ${why}`);
  }
  return name;
}
