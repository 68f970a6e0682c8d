/** Certificates that are named beside credentials: of the cloud's authority, and of the user. */
import {
  CloudError,
  environment,
  isCloudError,
  type Operation,
  readFile,
  type TlsOptions,
} from '@isobar/core/provider';

/** Each certificate's name in `clouds.yaml`, and its variable. */
export const certificateNames: { readonly [Name in keyof TlsOptions]-?: readonly [inFile: string, variable: string] } =
  {
    ca: ['cacert', 'OS_CACERT'],
    cert: ['cert', 'OS_CERT'],
    key: ['key', 'OS_KEY'],
  };

const maxFileBytes = 1024 * 1024;

/**
 * The certificates of a source. Their files are read, so that one that is missing is named before anything is sent. No exchange.
 *
 * @param lookUp The source's own name of a certificate, and the path that it has for it.
 * @param source Where the paths are from, for messages.
 * @throws {CloudError} `unauthenticated`.
 */
export function* certificatesFrom(
  lookUp: (inFile: string, variable: string) => readonly [name: string, path: string | undefined],
  source: string,
): Operation<TlsOptions | undefined> {
  const found: { -readonly [Name in keyof TlsOptions]: string } = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const [inFile, variable] = certificateNames[name];
    const [own, named] = lookUp(inFile, variable);
    if (named !== undefined) found[name] = yield* checkedPath(named, `${source}: ${own}`);
  }
  if (found.key !== undefined && found.cert === undefined)
    throw new CloudError('unauthenticated', `${source}: cert is missing beside key`);
  // The file of a certificate may have its key too.
  if (found.cert !== undefined) found.key ??= found.cert;
  return Object.keys(found).length > 0 ? found : undefined;
}

function* checkedPath(named: string, source: string): Operation<string> {
  const path = named.startsWith('~/') ? `${(yield* environment([])).homeFolder}${named.slice(1)}` : named;
  let bytes: Uint8Array | undefined;
  try {
    bytes = yield* readFile(path, { maxBytes: maxFileBytes });
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    throw new CloudError('unauthenticated', `${source}: ${failure.message}`, {}, { cause: failure });
  }
  if (!bytes) throw new CloudError('unauthenticated', `${source} names ${path}, which does not exist`);
  if (!new TextDecoder().decode(bytes).includes('-----BEGIN'))
    throw new CloudError('unauthenticated', `${source} names ${path}, which is no PEM file`);
  return path;
}
