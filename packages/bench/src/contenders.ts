/** What is compared, and how each is opened. */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type Client,
  type ClientModule,
  type PartialClient,
  type Service,
  UnsupportedError,
} from './clients/client.ts';
import type { Contender } from './report/model.ts';

const contender = (
  role: Contender['role'],
  id: string,
  name: string,
  kind: Contender['kind'] = 'async',
): Contender => ({ id, name, role, kind });

/** All contenders, in the order of tables. */
export const contenders: readonly Contender[] = [
  contender('floor', 'undici', 'undici'),
  contender('floor', 'undici-again', 'undici, measured again'),
  contender('floor', 'dispatch', 'undici’s dispatch, same request'),
  contender('floor', 'connection', 'Isobar’s connection, same request'),
  contender('floor', 'bare-async', 'bare operation, async'),
  contender('floor', 'bare-blocking', 'bare operation, blocking', 'blocking'),
  contender('floor', 'ticker', 'the ticker alone'),
  contender('isobar', 'isobar-async', 'Isobar, Google Storage, async'),
  contender('isobar', 'isobar-blocking', 'Isobar, Google Storage, blocking', 'blocking'),
  contender('isobar', 's3-async', 'Isobar, S3, async'),
  contender('isobar', 's3-blocking', 'Isobar, S3, blocking', 'blocking'),
  contender('rival', 'gcs', '@google-cloud/storage'),
  contender('rival', 'aws', '@aws-sdk/client-s3'),
  contender('rival', 'minio', 'minio'),
  contender('rival', 's3mini', 's3mini'),
  contender('rival', 'aws4fetch', 'aws4fetch'),
  contender('rival', 'opendal', 'opendal, async'),
  contender('rival', 'opendal-blocking', 'opendal, blocking', 'blocking'),
  contender('rival', 'bun', 'Bun’s built-in client'),
  contender('rival', 'libcloud', 'Apache Libcloud (Python)', 'blocking'),
];

/** Isobar with Google Storage, in both kinds. */
export const isobarIds: readonly string[] = ['isobar-async', 'isobar-blocking'];
/** Isobar with S3, in both kinds. */
export const s3Ids: readonly string[] = ['s3-async', 's3-blocking'];
/** Ids of the rivals. */
export const rivalIds: readonly string[] = contenders.filter(({ role }) => role === 'rival').map(({ id }) => id);
/** Contenders that do the same storage work over HTTP. */
export const storageIds: readonly string[] = ['undici', ...isobarIds, ...s3Ids, ...rivalIds];
/** Those that can be told of an authority of one's own. */
export const tlsIds: readonly string[] = storageIds.filter(
  (id) => id !== 'gcs' && id !== 'libcloud' && !id.startsWith('opendal'),
);

/** The folder of the rivals, a project of its own. */
export const rivalsFolder: string = fileURLToPath(new URL('../rivals/', import.meta.url));

/** A contender by its id. */
export function contenderOf(id: string): Contender {
  const found = contenders.find((one) => one.id === id);
  if (!found) throw new Error(`unknown contender ${id}`);
  return found;
}

/** The npm package of a rival; none for the one in Python. */
export function packageOf(id: string): string | undefined {
  const names: Record<string, string> = {
    gcs: '@google-cloud/storage',
    aws: '@aws-sdk/client-s3',
    'opendal-blocking': 'opendal',
  };
  return id === 'libcloud' ? undefined : (names[id] ?? id);
}

/** The program of Bun. Its package would link it with an install script, and none is run. */
export function bunCommand(): string {
  return `${rivalsFolder}node_modules/@oven/bun-${process.platform}-${process.arch}/bin/bun`;
}

/** Debian's own Python, which finds Debian's packages; another one may come first on the path. */
export function pythonCommand(): string {
  return existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
}

/** Whether a contender can run here. */
export function isInstalled(id: string): boolean {
  if (contenderOf(id).role !== 'rival') return true;
  const name = packageOf(id);
  return name === undefined || existsSync(`${rivalsFolder}node_modules/${name}/package.json`);
}

/** Opens a contender. What it cannot do throws {@link UnsupportedError} with the reason. */
export async function openClient(id: string, service: Service): Promise<Client> {
  const { role } = contenderOf(id);
  if (id === 'dispatch') return withReasons((await import('./clients/fixed-requests.ts')).connectDispatch(service));
  if (id === 'connection') return withReasons((await import('./clients/fixed-requests.ts')).connectFixed(service));
  if (role === 'floor') return (await import('./clients/undici.ts')).connectUndici(service);
  if (role === 'isobar') return (await import('./clients/isobar.ts')).connectIsobar(id, service);
  const module = (await import(pathToFileURL(`${rivalsFolder}clients/${id}.js`).href)) as ClientModule;
  return withReasons(await module.connect(service));
}

function withReasons(partial: PartialClient): Client {
  const members = Object.entries(partial).map(([name, member]) => {
    if (typeof member !== 'string') return [name, member];
    const refuse = (): never => {
      throw new UnsupportedError(member);
    };
    return [name, refuse];
  });
  return Object.fromEntries(members) as Client;
}
