/**
 * Cold start: how long the import takes in a fresh process, and how long until the first object has arrived. Imports
 * nothing that a contender imports, so that nothing is loaded beforehand.
 */
import { pathToFileURL } from 'node:url';
import type { ClientModule } from '../clients/client.ts';
import { rivalsFolder } from '../contenders.ts';
import type { CellInput, Task } from '../runner/cell.ts';

const sizeBytes = 1024;
const name = `s${sizeBytes}/cold`;
const object = { container: 'bench', name };

type FirstGet = () => Uint8Array | Promise<Uint8Array>;

/** Times the import of a contender and its first object, both in milliseconds from the same start. */
export const run: Task = async (input) => {
  const started = performance.now();
  const firstGet = await imported(input);
  const importMs = performance.now() - started;
  const bytes = await firstGet();
  const responseMs = performance.now() - started;
  const { checkContent } = await import('./load.ts');
  checkContent(bytes, sizeBytes);
  return { kind: 'samples', samples: { import: [importMs], response: [responseMs] } };
};

/** Imports a contender. @returns A function that opens it and gets the first object. */
async function imported({ contender, services }: CellInput): Promise<FirstGet> {
  const { key, secret, origin: endpoint } = services;
  if (contender === 'undici') {
    const { request } = await import('undici');
    return async () => new Uint8Array(await (await request(`${endpoint}/bench/${name}`)).body.arrayBuffer());
  }
  if (contender.startsWith('s3-')) {
    const [{ connect }, { s3 }] = await Promise.all([import('@isobar/design-flag'), import('@isobar/storage-s3')]);
    const options = { key, secret, endpoint, dialect: 'aws' } as const;
    return contender === 's3-async'
      ? () => connect(s3, { ...options, async: true }).readObject(object)
      : () => connect(s3, options).readObject(object);
  }
  if (contender.startsWith('isobar-')) {
    const [{ connect }, { googleStorage }] = await Promise.all([
      import('@isobar/design-flag'),
      import('@isobar/storage-google'),
    ]);
    const options = { key, secret, endpoint };
    return contender === 'isobar-async'
      ? () => connect(googleStorage, { ...options, async: true }).readObject(object)
      : () => connect(googleStorage, options).readObject(object);
  }
  const { connect } = (await import(pathToFileURL(`${rivalsFolder}clients/${contender}.js`).href)) as ClientModule;
  return async () => {
    const { get } = await connect({ url: endpoint, key, secret, connections: 16 });
    if (typeof get === 'string') throw new Error(get);
    return get('bench', name);
  };
}
