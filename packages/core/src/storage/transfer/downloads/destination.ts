/** Resolves the file that a download writes, before anything is sent. */
import { pathOf } from '../../../arguments.ts';
import { CloudError, invalidArgument } from '../../../errors.ts';
import type { Operation } from '../../../operations/operation.ts';
import { stat } from '../../../steps/file-steps.ts';

/**
 * Returns the path of the file that a download writes.
 *
 * @param destinationPath A file, or an existing folder when it ends in a slash or backslash.
 * @param objectName In a folder, its last segment is the file's name.
 * @throws {CloudError} `already-exists` when the file exists and may not be replaced; `invalid-argument` when the path is a
 * folder without a trailing slash, the folder does not exist, or the last segment cannot be a file's name.
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
  // `stat` does not find a file whose path ends in a slash.
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
