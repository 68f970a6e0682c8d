/** Creates the folders for downloaded files, whose names come from the server, and refuses links out of the folder. */
import { mkdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CloudError, type FilePlace } from '@isobar/core/provider';
import { fileFailure } from './failure.ts';

/**
 * Creates a folder and the subfolders that a file needs. Checks the real path of each subfolder, with links resolved, to be
 * inside the folder. Another process could still change it afterwards.
 */
export async function makeFolders(folder: string, names: readonly string[]): Promise<FilePlace> {
  for (const name of names) refuseName(name, process.platform);
  const path = join(folder, ...names);
  const between = names.slice(0, -1);
  try {
    await mkdir(folder, { recursive: true });
    const top = await realpath(folder);
    const known = await realpathIfThere(join(top, ...between));
    let reached = known ?? top;
    refuseOutside(top, reached, join(folder, ...between));
    for (const name of known === undefined ? between : []) {
      await makeFolder(join(reached, name));
      reached = await realpath(join(reached, name));
      refuseOutside(top, reached, join(folder, name));
    }
    if (!(await stat(reached)).isDirectory()) throw refusal(reached, 'is not a folder');
  } catch (failure) {
    const { code } = failure as { code?: unknown };
    if (code === 'EEXIST') throw refusal(folder, 'is not a folder', failure);
    if (code === 'ELOOP') throw refusal(path, 'leads through a link to itself', failure);
    throw fileFailure(failure, 'folderPath', path);
  }
  return { path, ignoresCase: process.platform === 'win32' || process.platform === 'darwin' };
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (failure) {
    if ((failure as { code?: unknown }).code === 'ENOENT') return undefined;
    throw failure;
  }
}

/** Creates one folder. It may exist already: another object's download may have created it meanwhile. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (failure) {
    if ((failure as { code?: unknown }).code !== 'EEXIST') throw failure;
  }
}

function refuseOutside(top: string, reached: string, path: string): void {
  const within = top.endsWith(sep) ? top : top + sep;
  if (reached !== top && !reached.startsWith(within)) throw refusal(path, 'is a link that leads out of the folder');
}

/** Names that Windows reserves for devices, also with an extension. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\..*| +)?$/i;

/**
 * Refuses a name that the platform does not allow or would interpret differently.
 *
 * @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function refuseName(name: string, platform: string): void {
  const isNone = name === '' || name === '.' || name === '..' || /[/\0]/.test(name);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that Windows refuses
  const isRefused = platform === 'win32' && (devices.test(name) || /[<>:"|?*\\\u0000-\u001f]|[. ]$/.test(name));
  if (isNone || isRefused) throw refusal(JSON.stringify(name), 'cannot be the name of a file or folder on this system');
}

function refusal(path: string, problem: string, cause?: unknown): CloudError {
  const details = { field: 'folderPath' };
  return new CloudError(
    'invalid-argument',
    `\`folderPath\`: ${path} ${problem}`,
    details,
    cause ? { cause } : undefined,
  );
}
