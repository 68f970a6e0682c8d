/** Certificates that are named beside credentials: of the cloud's authority, and of the user. */
import {
  CloudError,
  environment,
  isCloudError,
  type Operation,
  readFile,
  type TlsOptions,
} from '@isobar/core/provider';
import { textOf } from './clouds-file.ts';

type Names = { readonly [Name in keyof TlsOptions]-?: string };

/** What `clouds.yaml` calls each certificate. */
export const namesInFile: Names = { ca: 'cacert', cert: 'cert', key: 'key' };
/** The variable of each certificate. */
export const variableNames: Names = { ca: 'OS_CACERT', cert: 'OS_CERT', key: 'OS_KEY' };

const maxFileBytes = 1024 * 1024;

/**
 * The certificates of a source. Their files are read, so that one that is missing is named before anything is sent. No exchange.
 *
 * @param names What the source calls each of them.
 * @param fields What the source has, by these names.
 * @param source Where the paths are from, for messages.
 * @throws {CloudError} `unauthenticated`.
 */
export function* certificatesFrom(
  names: Names,
  fields: Readonly<Record<string, unknown>>,
  source: string,
): Operation<TlsOptions | undefined> {
  const found: { -readonly [Name in keyof TlsOptions]: string } = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const named = textOf(fields[names[name]]);
    if (named !== undefined) found[name] = yield* checkedPath(named, `${source}: ${names[name]}`);
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
