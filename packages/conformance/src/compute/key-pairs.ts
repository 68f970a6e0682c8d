/** Key pairs: what is stored, what is told once, what is never sent. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { needing } from '../capabilities.ts';
import type { Suite } from '../case.ts';
import { fastRetry } from '../kit.ts';
import { expectPlainData } from '../plain-data.ts';
import { absentIsFine, type ComputeKit, publicPart } from './compute-kit.ts';

/** A public key whose private half nobody has. */
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const secret = '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\n';

/** Cases about key pairs. */
export const keyPairs: Suite<ComputeKit> = needing('keyPairs', {
  title: 'key pairs',
  cases: [
    {
      title: 'are made, and their private keys told once',
      proof: true,
      async run({ afterwards, face, newName }) {
        const name = newName();
        const made = await face.createKeyPair(name);
        afterwards(() => absentIsFine(() => face.deleteKeyPair(name)));
        expectPlainData(made);
        expect(made.privateKey?.includes('PRIVATE KEY'), 'the private key is PEM').toBe(true);
        expect(await face.getKeyPair(name)).toEqual(publicPart(made));
        expect(await face.listKeyPairs()).toContainEqual(publicPart(made));
      },
    },
    {
      title: 'are imported from a string and from a file, with the same fingerprint',
      async run({ afterwards, face, folder, newName }) {
        const [one, other] = [newName(), newName()];
        for (const name of [one, other]) afterwards(() => absentIsFine(() => face.deleteKeyPair(name)));
        const path = join(await folder(), 'id.pub');
        await writeFile(path, `${key} me@home\n`);
        const first = await face.importKeyPairFromString(one, ` ${key} me@home `);
        const second = await face.importKeyPairFromFile(other, path);
        expect(first.publicKey).toContain(key);
        expect(first).not.toHaveProperty('privateKey');
        expect([second.publicKey, second.fingerprint]).toEqual([first.publicKey, first.fingerprint]);
      },
    },
    {
      title: 'let new nodes in by their names or as models',
      async run({ afterwards, face, newName, node }) {
        const keyPair = await face.createKeyPair(newName());
        afterwards(() => absentIsFine(() => face.deleteKeyPair(keyPair)));
        await node(undefined, { auth: { keyPair } });
        await node(undefined, { auth: { keyPair: keyPair.name } });
      },
    },
    {
      title: 'are removed, and missing then',
      async run({ face, fails, newName }) {
        const keyPair = await face.importKeyPairFromString(newName(), key);
        expect(await face.deleteKeyPair(keyPair)).toBeUndefined();
        const missing = (operation: string) =>
          ({ code: 'not-found', details: { operation, keyPair: keyPair.name } }) as const;
        await fails(() => face.getKeyPair(keyPair.name), missing('getKeyPair'));
        await fails(() => face.deleteKeyPair(keyPair.name), missing('deleteKeyPair'));
        expect((await face.listKeyPairs()).map(({ name }) => name)).not.toContain(keyPair.name);
      },
    },
    {
      title: 'are removed though the answer is lost',
      server: ['faults'],
      async run({ newName, open, server }) {
        const face = open(fastRetry);
        const keyPair = await face.importKeyPairFromString(newName(), key);
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        expect(await face.deleteKeyPair(keyPair)).toBeUndefined();
      },
    },
    {
      title: 'do not take a name twice',
      async run({ afterwards, face, fails, newName }) {
        const name = newName();
        await face.importKeyPairFromString(name, key);
        afterwards(() => face.deleteKeyPair(name));
        const taken = (operation: string) =>
          ({ code: 'already-exists', details: { operation, keyPair: name } }) as const;
        await fails(() => face.createKeyPair(name), taken('createKeyPair'));
        await fails(() => face.importKeyPairFromString(name, key), taken('importKeyPairFromString'));
      },
    },
    {
      title: 'are refused for private keys and what is no key, before anything is sent, and do not repeat them',
      async run({ face, failsUnsent, folder }) {
        const path = join(await folder(), 'id');
        for (const wrong of [secret, 'hunter2', '']) {
          await writeFile(path, wrong);
          const code = 'invalid-argument';
          const failures = [
            await failsUnsent(() => face.importKeyPairFromString('k', wrong), {
              code,
              details: { field: 'keyMaterial' },
            }),
            await failsUnsent(() => face.importKeyPairFromFile('k', path), { code, details: { field: 'path' } }),
          ];
          for (const { message } of failures) expect(message).not.toContain('hunter2');
        }
      },
    },
    {
      title: 'are refused for files that are missing, before anything is sent',
      async run({ face, failsUnsent, folder }) {
        const directory = await folder();
        for (const path of [join(directory, 'missing'), directory, '']) {
          await failsUnsent(() => face.importKeyPairFromFile('k', path), { code: 'invalid-argument' });
        }
      },
    },
    {
      title: 'are refused without a name, before anything is sent',
      async run({ face, failsUnsent }) {
        const code = 'invalid-argument';
        for (const wrong of ['', 5, null] as string[]) {
          await failsUnsent(() => face.createKeyPair(wrong), { code, details: { field: 'name' } });
          await failsUnsent(() => face.getKeyPair(wrong), { code, details: { field: 'name' } });
          await failsUnsent(() => face.importKeyPairFromString(wrong, key), { code, details: { field: 'name' } });
          await failsUnsent(() => face.deleteKeyPair(wrong), { code, details: { field: 'keyPair' } });
        }
      },
    },
  ],
});
