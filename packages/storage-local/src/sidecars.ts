/**
 * Sidecars: type, headers, metadata and checksum of an object, which its file cannot have.
 *
 * A sidecar's own name says which object it is about and in which version: inode, size and time of the object's file. It is
 * written before that file gets its name, beside the sidecar of the version that is replaced. So the file's rename alone
 * decides which of the two counts, and a sidecar of a version that never came to be is never read. An object whose type its
 * name implies, and that has nothing else, has no sidecar.
 */
import {
  CloudError,
  cleanUp,
  discard,
  type FileVersion,
  guessContentType,
  makeFolders,
  nodeCrypto,
  type ObjectHeaders,
  type ObjectLocation,
  type Operation,
  publish,
  readFile,
  removeFile,
  stage,
  write,
} from '@isobar/core/provider';
import { type About, versionOf } from './local-objects.ts';
import { privateFolder } from './names.ts';

const nothing: About = { headers: {}, checksums: {} };
/** Far more than the headers and metadata of an object have. */
const maxSidecarBytes = 1024 * 1024;

/** The folder of the sidecars of a container. */
const folderName = 'about';

/** The place of a sidecar below its container. The name of the object is hashed, because it may be as long as a name can be. */
function placeOf(name: string, version: FileVersion): readonly [string, string, string, string] {
  const hash = nodeCrypto().hash('sha256', name, 'hex').slice(0, 32);
  return [privateFolder, folderName, hash.slice(0, 2), `${hash}.${versionOf(version)}.json`];
}

/** Reads the sidecar of a version of an object. */
export function* readAbout(containerPath: string, name: string, version: FileVersion): Operation<About> {
  const path = [containerPath, ...placeOf(name, version)].join('/');
  const bytes = yield* readFile(path, { maxBytes: maxSidecarBytes });
  if (!bytes) return nothing;
  const { checksums, headers, name: about } = parse(bytes, path);
  return about === name ? { headers, checksums } : nothing;
}

function parse(bytes: Uint8Array, path: string): About & { readonly name: string } {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as About & { readonly name: string };
  } catch {
    throw new CloudError('malformed-response', `${path} is not as it was written`, { path });
  }
}

/** Whether an object needs a sidecar. */
export function needsSidecar(name: string, { contentType, ...others }: ObjectHeaders): boolean {
  const { metadata = {}, ...headers } = others;
  const isImplied = contentType === undefined || contentType === guessContentType(name);
  return !isImplied || Object.keys(metadata).length > 0 || Object.values(headers).some((value) => value !== undefined);
}

/** Writes the sidecar of a version of an object, and replaces the one that the version has. */
export function* writeAbout(
  containerPath: string,
  { name }: ObjectLocation,
  version: FileVersion,
  about: About,
  sync: boolean,
): Operation<void> {
  const { path } = yield* makeFolders(containerPath, placeOf(name, version));
  const bytes = new TextEncoder().encode(JSON.stringify({ name, ...about }));
  const staged = yield* stage(path);
  let isPublished = false;
  try {
    yield* write(staged, 0, bytes);
    yield* publish(staged, { overwrite: true, sizeBytes: bytes.length, sync });
    isPublished = true;
  } finally {
    if (!isPublished) yield* cleanUp(discard(staged));
  }
}

/** Removes the sidecar of a version that is no more, if it has one. */
export function* removeAbout(containerPath: string, name: string, version: FileVersion): Operation<void> {
  yield* removeFile([containerPath, ...placeOf(name, version)].join('/'));
}
