/** Who is compared, and how each is opened. */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Client, ClientModule, PartialClient, Service } from './clients/client.ts';
import { UnsupportedError } from './clients/client.ts';
import type { Contender } from './report/model.ts';

const designs = (['session', 'mixin', 'flag'] as const).flatMap((design) =>
  (['async', 'blocking'] as const).map(
    (kind): Contender => ({
      id: `${design}-${kind}`,
      name: `${design}, ${kind}`,
      role: 'design',
      design,
      kind,
    }),
  ),
);

function rival(id: string, name: string, kind: 'async' | 'blocking' = 'async'): Contender {
  return { id, name, role: 'rival', kind };
}

/** Everybody, in the order of tables. */
export const contenders: readonly Contender[] = [
  { id: 'undici', name: 'undici, bare', role: 'floor', kind: 'async' },
  { id: 'bare-async', name: 'bare operation, async', role: 'floor', kind: 'async' },
  { id: 'bare-blocking', name: 'bare operation, blocking', role: 'floor', kind: 'blocking' },
  ...designs,
  rival('gcs', '@google-cloud/storage'),
  rival('aws', '@aws-sdk/client-s3'),
  rival('minio', 'minio'),
  rival('s3mini', 's3mini'),
  rival('aws4fetch', 'aws4fetch'),
  rival('opendal', 'opendal, async'),
  rival('opendal-blocking', 'opendal, blocking', 'blocking'),
  rival('libcloud', 'Apache Libcloud (Python)', 'blocking'),
];

/** Ids of Isobar's designs, asynchronous ones first. */
export const designIds: readonly string[] = designs.map(({ id }) => id).sort();
/** Ids of the rivals. */
export const rivalIds: readonly string[] = contenders.filter(({ role }) => role === 'rival').map(({ id }) => id);
/** Those that do the same storage work over HTTP: the floor, the designs, the rivals. */
export const storageIds: readonly string[] = ['undici', ...designs.map(({ id }) => id), ...rivalIds];

/** The folder of the rivals, a project of its own. */
export const rivalsFolder: string = fileURLToPath(new URL('../rivals/', import.meta.url));

/** A contender by its id. */
export function contenderOf(id: string): Contender {
  const found = contenders.find((contender) => contender.id === id);
  if (!found) throw new Error(`unknown contender ${id}`);
  return found;
}

/** The package that a rival needs to be installed in the rivals' folder; none for the one in Python. */
export function packageOf(id: string): string | undefined {
  const names: Record<string, string> = {
    gcs: '@google-cloud/storage',
    aws: '@aws-sdk/client-s3',
    'opendal-blocking': 'opendal',
  };
  return id === 'libcloud' ? undefined : (names[id] ?? id);
}

/** Debian's own Python, which has Debian's packages; another one may come first on the path. */
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
  if (role === 'floor') return (await import('./clients/undici.ts')).connectUndici(service);
  if (role === 'design') return (await import('./clients/isobar.ts')).connectIsobar(id, service);
  const module = (await import(pathToFileURL(`${rivalsFolder}clients/${id}.js`).href)) as ClientModule;
  return withReasons(await module.connect(service));
}

function withReasons(partial: PartialClient): Client {
  const members = Object.entries(partial).map(([name, member]) => [
    name,
    typeof member === 'string'
      ? () => {
          throw new UnsupportedError(member);
        }
      : member,
  ]);
  return Object.fromEntries(members) as Client;
}
