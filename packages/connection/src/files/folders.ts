/**
 * Local folders: their entries, and the folders for downloaded files, whose names come from the server; links out of the
 * folder are refused.
 */
import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { lstat, mkdir, opendir, readdir, realpath, rmdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import {
  CloudError,
  type FilePlace,
  type FolderEntry,
  type FolderOrder,
  type FolderPage,
  type FoundPath,
} from '@isobar/core/provider';
import { fileFailure, folderFailure } from '../failure.ts';
import { statFile, statusOf, versionOf } from './files.ts';

/**
 * The sorted names of a large folder that has been read in part. Names are bytes, one to a character: strings need a fraction
 * of the memory of arrays of bytes, and are sorted by bytes.
 */
interface Listing {
  /** The names as text in UTF-8, with a slash at the end of a folder's if that is the order. */
  readonly keys: readonly string[];
  /** The names on the disk of keys that are not those: names that are not UTF-8 may be the same text. */
  readonly odd: ReadonlyMap<string, readonly string[]>;
  /** Identifies the state of the folder: its inode and the time of the last change to its entries. */
  readonly version: string;
}

/** Listings that may be continued, by path; the one used longest ago comes first. */
const listings = new Map<string, Listing>();
const maxListings = 8;
/** A listing that nobody continues for so long is forgotten. */
const listingIdleMs = 30_000;
/** The time of a change is only so precise: a folder that changed this recently may change again at the same time. */
const timePrecisionMs = 2_000;
let forgetting: NodeJS.Timeout | undefined;

/**
 * The entries of a folder after a name, in byte order of the names as text, which is what the caller continues after. Node
 * reads a folder only as a whole, so the sorted names are kept for the next page, and read again when the folder has changed.
 */
export async function listEntries(
  path: string,
  after: string | undefined,
  limit: number,
  order: FolderOrder = 'names',
): Promise<FolderPage> {
  try {
    const listing = await listingOf(path, order, after !== undefined);
    const { keys, odd } = listing;
    let at = after === undefined ? 0 : indexAfter(keys, Buffer.from(after).toString('latin1'));
    let entries: FolderEntry[] = [];
    // More than once only if all entries were removed meanwhile: the last name of a page is where the next one starts.
    while (entries.length === 0 && at < keys.length) {
      const end = Math.min(at + limit, keys.length);
      const page = await Promise.all(keys.slice(at, end).flatMap((key) => entriesOf(path, key, odd)));
      entries = page.filter((entry) => entry !== undefined);
      at = end;
    }
    if (at >= keys.length) listings.delete(listingKey(path, order));
    return { entries, hasMore: at < keys.length };
  } catch (failure) {
    throw fileFailure(failure, 'path', path);
  }
}

function listingKey(path: string, order: FolderOrder): string {
  return `${order} ${path}`;
}

async function listingOf(path: string, order: FolderOrder, isContinued: boolean): Promise<Listing> {
  const { ino, mtimeMs, size } = await stat(path);
  const version = `${ino} ${mtimeMs}`;
  const key = listingKey(path, order);
  const known = listings.get(key);
  listings.delete(key);
  const isKnown = isContinued && known?.version === version;
  const listing = isKnown ? known : { ...(await readKeys(path, order, size)), version };
  if (isKnown || Date.now() - mtimeMs > timePrecisionMs) keepListing(key, listing);
  return listing;
}

/** A folder whose own entries take more than this is read entry by entry, which is slower and needs less memory. */
const largeFolderBytes = 256 * 1024;
/** Entries that one call of the system then returns. */
const bufferSize = 1024;
// Node has the names as bytes, which the types of `opendir` do not know.
const asBytes = 'buffer' as BufferEncoding;

/** Reads the names of a folder. @param sizeBytes How much its own entries take. */
async function readKeys(path: string, order: FolderOrder, sizeBytes: number): Promise<Pick<Listing, 'keys' | 'odd'>> {
  const keys: string[] = [];
  const odd = new Map<string, string[]>();
  const entries =
    sizeBytes > largeFolderBytes
      ? await opendir(path, { encoding: asBytes, bufferSize })
      : await readdir(path, { encoding: asBytes, withFileTypes: true });
  for await (const entry of entries) {
    const bytes = entry.name as unknown as Buffer;
    const name = bytes.toString('latin1');
    const end = order === 'paths' && entry.isDirectory() ? '/' : '';
    if (isUtf8(bytes)) keys.push(name + end);
    else addOdd(odd, Buffer.from(bytes.toString()).toString('latin1') + end, name);
  }
  if (odd.size === 0) return { keys: keys.sort(), odd };
  // A name that is UTF-8 may be the text of another that is not.
  for (const key of keys) if (odd.has(key)) addOdd(odd, key, key);
  return { keys: [...new Set([...keys, ...odd.keys()])].sort(), odd };
}

function addOdd(odd: Map<string, string[]>, key: string, name: string): void {
  const same = odd.get(key);
  if (same) same.push(name);
  else odd.set(key, [name]);
}

/** Keeps a value as the one used last, and forgets the one used longest ago if there are too many. */
function remember<Value>(values: Map<string, Value>, max: number, key: string, value: Value): void {
  values.delete(key);
  values.set(key, value);
  const [oldest] = values.keys();
  if (values.size > max && oldest !== undefined) values.delete(oldest);
}

function keepListing(path: string, listing: Listing): void {
  remember(listings, maxListings, path, listing);
  clearTimeout(forgetting);
  forgetting = setTimeout(() => listings.clear(), listingIdleMs).unref();
}

/** The index of the first key after another. */
function indexAfter(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) > key) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The entries of a key, of which there are several only if names that are not UTF-8 are the same text. */
function entriesOf(folder: string, key: string, odd: Listing['odd']): Promise<FolderEntry | undefined>[] {
  const names = odd.get(key) ?? [key.endsWith('/') ? key.slice(0, -1) : key];
  return names.map((name) => entryOf(folder, Buffer.from(name, 'latin1')));
}

/** An entry with its size and times; `undefined` when it was removed meanwhile. */
async function entryOf(folder: string, bytes: Buffer): Promise<FolderEntry | undefined> {
  const status = await lstat(Buffer.concat([Buffer.from(`${folder}/`), bytes])).catch((failure: unknown) => {
    if ((failure as { code?: unknown }).code === 'ENOENT') return undefined;
    throw failure;
  });
  if (!status) return undefined;
  const kind = status.isFile() ? 'file' : status.isDirectory() ? 'folder' : status.isSymbolicLink() ? 'link' : 'other';
  return { name: bytes.toString(), isUtf8: isUtf8(bytes), kind, ...versionOf(status) };
}

/** Creates a folder inside an existing one. @returns Whether it is new. */
export async function makeFolder(path: string): Promise<boolean> {
  try {
    if (await makeIfMissing(path)) return true;
    // Also a link to a folder, but not one that leads nowhere.
    if ((await statFile(path))?.kind === 'folder') return false;
  } catch (failure) {
    throw folderFailure(failure, 'path', dirname(path)) ?? fileFailure(failure, 'path', path);
  }
  throw refusal(path, 'is not a folder', undefined, 'path');
}

/** Removes an empty folder. @returns Whether it existed. */
export async function removeFolder(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (failure) {
    const { code } = failure as { code?: unknown };
    if (code === 'ENOENT') return false;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') {
      throw new CloudError('not-empty', `${path} is not empty`, { path }, { cause: failure });
    }
    if (code === 'ENOTDIR') {
      if (await statFile(path)) throw refusal(path, 'is not a folder', failure, 'path');
      return false;
    }
    throw fileFailure(failure, 'path', path);
  }
}

/**
 * Creates a folder and the subfolders that a file needs. Checks the real path of each subfolder, with links resolved, to be
 * inside the folder. Another process could still change it afterwards.
 */
export async function makeFolders(folder: string, names: readonly string[]): Promise<FilePlace> {
  for (const name of names) refuseName(name, process.platform);
  const path = join(folder, ...names);
  const between = names.slice(0, -1);
  const place = { path, ignoresCase: process.platform === 'win32' || process.platform === 'darwin' };
  const parent = dirname(path);
  // Another folder may lead to the same place through a link.
  const key = `${folder}\0${parent}`;
  try {
    if (await checkedStatus(madeFolders, key, parent)) return place;
    await mkdir(folder, { recursive: true });
    const top = await realpath(folder);
    const known = await realpathIfThere(join(top, ...between));
    let reached = known ?? top;
    refuseOutside(top, reached, join(folder, ...between));
    for (const name of known === undefined ? between : []) {
      await makeIfMissing(join(reached, name));
      reached = await realpath(join(reached, name));
      refuseOutside(top, reached, join(folder, name));
    }
    const status = await stat(reached);
    if (!status.isDirectory()) throw refusal(reached, 'is not a folder');
    rememberChecked(madeFolders, key, status);
  } catch (failure) {
    const { code } = failure as { code?: unknown };
    if (code === 'EEXIST') throw refusal(folder, 'is not a folder', failure);
    if (code === 'ELOOP') throw refusal(path, 'leads through a link to itself', failure);
    throw fileFailure(failure, 'folderPath', path);
  }
  return place;
}

/**
 * Folders that were looked at as a whole, by path. A path that leads somewhere else now has another inode there, unless the folder
 * itself was moved and linked to. The one used longest ago comes first.
 */
type CheckedFolders = Map<string, { readonly device: number; readonly inode: number; readonly untilMs: number }>;

/** Those whose paths lead through no link. */
const straightFolders: CheckedFolders = new Map();
/** Those that a download made or found inside of the folder that it writes to, by both. */
const madeFolders: CheckedFolders = new Map();
const maxChecked = 1000;
/** How long a path is not looked at as a whole again. */
const checkedForMs = 5_000;

/** The status of a folder that was checked. One call of the system, where resolving all links takes many. */
async function checkedStatus(folders: CheckedFolders, key: string, path = key): Promise<Stats | undefined> {
  const known = folders.get(key);
  const status = known && known.untilMs > performance.now() ? await lstatIfThere(path) : undefined;
  if (status?.isDirectory() && status.ino === known?.inode && status.dev === known.device) return status;
  folders.delete(key);
  return undefined;
}

function rememberChecked(folders: CheckedFolders, key: string, { dev: device, ino: inode }: Stats): void {
  remember(folders, maxChecked, key, { device, inode, untilMs: performance.now() + checkedForMs });
}

/** Finds what a path leads to, without following links; see `lookUp` of core. */
export async function lookUp(folder: string, names: readonly string[]): Promise<FoundPath> {
  for (const name of names) refuseName(name, process.platform, 'path');
  const path = join(folder, ...names);
  try {
    return (await lookUpMissing(path, names.length)) ?? (await lookUpAll(folder, names, path));
  } catch (failure) {
    throw fileFailure(failure, 'path', path);
  }
}

/** The short way to where a new file will be: it does not exist, and its folder is known. */
async function lookUpMissing(path: string, depth: number): Promise<FoundPath | undefined> {
  const status = await checkedStatus(straightFolders, dirname(path));
  if (!status || (await lstatIfThere(path))) return undefined;
  return { path, depth: depth - 1, status: statusOf(status) };
}

async function lookUpAll(folder: string, names: readonly string[], path: string): Promise<FoundPath> {
  const top = await realpathIfThere(folder);
  if (top === undefined) return { path, depth: 0, status: undefined };
  for (let depth = names.length; depth > 0; depth -= 1) {
    const reached = join(top, ...names.slice(0, depth));
    const status = await lstatIfThere(reached);
    if (!status) continue;
    const shown = names.slice(0, depth).join(sep);
    if (status.isSymbolicLink()) throw refusal(shown, 'is a link, and links are not followed', undefined, 'path');
    const real = await realpathIfThere(reached);
    // Removed meanwhile.
    if (real === undefined) continue;
    if (real !== reached) {
      const problem = `leads through a link, or differs only in case from what the disk has: ${real}`;
      throw refusal(shown, problem, undefined, 'path');
    }
    if (status.isDirectory() && top === folder) rememberChecked(straightFolders, reached, status);
    return { path, depth, status: statusOf(status) };
  }
  return { path, depth: 0, status: undefined };
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (failure) {
    const { code } = failure as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw failure;
  }
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
async function makeIfMissing(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (failure) {
    if ((failure as { code?: unknown }).code !== 'EEXIST') throw failure;
    return false;
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
export function refuseName(name: string, platform: string, field = 'folderPath'): void {
  const isNone = name === '' || name === '.' || name === '..' || /[/\0]/.test(name);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that Windows refuses
  const isRefused = platform === 'win32' && (devices.test(name) || /[<>:"|?*\\\u0000-\u001f]|[. ]$/.test(name));
  if (!isNone && !isRefused) return;
  throw refusal(JSON.stringify(name), 'cannot be the name of a file or folder on this system', undefined, field);
}

function refusal(path: string, problem: string, cause?: unknown, field = 'folderPath'): CloudError {
  const message = `\`${field}\`: ${path} ${problem}`;
  return new CloudError('invalid-argument', message, { field }, cause ? { cause } : undefined);
}
