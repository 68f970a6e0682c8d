/**
 * Cold start: what importing costs in a process that has done nothing yet, and how long the first object takes. Imports
 * nothing that a contender imports, so that it does not warm it.
 */
import { pathToFileURL } from 'node:url';
import type { ClientModule, Service } from '../clients/client.ts';
import { rivalsFolder } from '../contenders.ts';
import type { CellInput, Task } from '../runner/cell.ts';

const sizeBytes = 1024;
const name = `s${sizeBytes}/cold`;
const object = { container: 'bench', name };

type FirstGet = () => Uint8Array | Promise<Uint8Array>;

/** Times the import of a contender and the first object of a new process, both in milliseconds from the same start. */
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

/** Imports a contender. @returns What opens it and gets the first object. */
async function imported({ contender, services }: CellInput): Promise<FirstGet> {
  const options = { key: services.key, secret: services.secret, endpoint: services.origin };
  switch (contender) {
    case 'undici': {
      const { request } = await import('undici');
      return async () => new Uint8Array(await (await request(`${services.origin}/bench/${name}`)).body.arrayBuffer());
    }
    case 'session-async': {
      const [{ AsyncSession, connect }, { googleStorage }] = await Promise.all([
        import('@isobar/design-session'),
        import('@isobar/storage-google'),
      ]);
      return () => new AsyncSession(connect(googleStorage, options)).readObject(object);
    }
    case 'session-blocking': {
      const [{ connect }, { googleStorage }] = await Promise.all([
        import('@isobar/design-session'),
        import('@isobar/storage-google'),
      ]);
      return () => connect(googleStorage, options).readObject(object);
    }
    case 'mixin-async':
    case 'mixin-blocking': {
      const [{ connect }, { googleStorage }] = await Promise.all([
        import('@isobar/design-mixin'),
        import('@isobar/storage-google'),
      ]);
      return contender === 'mixin-async'
        ? () => connect(googleStorage, options).readObjectAsync(object)
        : () => connect(googleStorage, options).readObject(object);
    }
    case 'flag-async':
    case 'flag-blocking': {
      const [{ connect }, { googleStorage }] = await Promise.all([
        import('@isobar/design-flag'),
        import('@isobar/storage-google'),
      ]);
      return contender === 'flag-async'
        ? () => connect(googleStorage, { ...options, async: true }).readObject(object)
        : () => connect(googleStorage, options).readObject(object);
    }
    default:
      return rivalGet(contender, {
        url: services.origin,
        key: services.key,
        secret: services.secret,
        connections: 16,
      });
  }
}

async function rivalGet(contender: string, service: Service): Promise<FirstGet> {
  const { connect } = (await import(pathToFileURL(`${rivalsFolder}clients/${contender}.js`).href)) as ClientModule;
  return async () => {
    const { get } = await connect(service);
    if (typeof get === 'string') throw new Error(get);
    return get('bench', name);
  };
}
