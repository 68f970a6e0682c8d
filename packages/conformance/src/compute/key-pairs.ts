/** Key pairs: what is stored, what is shown once, what is never sent. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import { needing } from '../case.ts';
import { fastRetry } from '../kit.ts';
import { expectPlainData } from '../plain-data.ts';
import { type ComputeKit, ignoreNotFound, publicPart } from './compute-kit.ts';

/** A public key without a private half. */
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const secret = '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\n';

/** Cases about key pairs. */
export const keyPairs: Suite<ComputeKit> = needing('keyPairs', {
  title: 'key pairs',
  cases: [
    {
      title: 'are created, and their private keys shown once',
      proof: true,
      async run({ afterwards, driver, newName }) {
        const name = newName();
        const made = await driver.createKeyPair(name);
        afterwards(() => ignoreNotFound(() => driver.deleteKeyPair(name)));
        expectPlainData(made);
        expect(made.privateKey?.includes('PRIVATE KEY'), 'the private key is PEM').toBe(true);
        expect(await driver.getKeyPair(name)).toEqual(publicPart(made));
        expect(await driver.listKeyPairs()).toContainEqual(publicPart(made));
      },
    },
    {
      title: 'are imported from a string and from a file, with the same fingerprint',
      async run({ afterwards, driver, folder, newName }) {
        const [one, other] = [newName(), newName()];
        for (const name of [one, other]) afterwards(() => ignoreNotFound(() => driver.deleteKeyPair(name)));
        const path = join(await folder(), 'id.pub');
        await writeFile(path, `${key} me@home\n`);
        const first = await driver.importKeyPairFromString(one, ` ${key} me@home `);
        const second = await driver.importKeyPairFromFile(other, path);
        expect(first.publicKey).toContain(key);
        expect(first).not.toHaveProperty('privateKey');
        expect([second.publicKey, second.fingerprint]).toEqual([first.publicKey, first.fingerprint]);
      },
    },
    {
      title: 'are accepted for new nodes by name or as models',
      async run({ afterwards, driver, newName, node }) {
        const keyPair = await driver.createKeyPair(newName());
        afterwards(() => ignoreNotFound(() => driver.deleteKeyPair(keyPair)));
        await node(undefined, { auth: { keyPair } });
        await node(undefined, { auth: { keyPair: keyPair.name } });
      },
    },
    {
      title: 'are removed, and missing afterwards',
      async run({ driver, fails, newName }) {
        const keyPair = await driver.importKeyPairFromString(newName(), key);
        expect(await driver.deleteKeyPair(keyPair)).toBeUndefined();
        const missing = (operation: string) =>
          ({ code: 'not-found', details: { operation, keyPair: keyPair.name } }) as const;
        await fails(() => driver.getKeyPair(keyPair.name), missing('getKeyPair'));
        await fails(() => driver.deleteKeyPair(keyPair.name), missing('deleteKeyPair'));
        expect((await driver.listKeyPairs()).map(({ name }) => name)).not.toContain(keyPair.name);
      },
    },
    {
      title: 'are removed even if the response is lost',
      server: ['faults'],
      async run({ newName, open, server }) {
        const driver = open(fastRetry);
        const keyPair = await driver.importKeyPairFromString(newName(), key);
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        expect(await driver.deleteKeyPair(keyPair)).toBeUndefined();
      },
    },
    {
      title: 'cannot share a name',
      async run({ afterwards, driver, fails, newName }) {
        const name = newName();
        await driver.importKeyPairFromString(name, key);
        afterwards(() => driver.deleteKeyPair(name));
        const taken = (operation: string) =>
          ({ code: 'already-exists', details: { operation, keyPair: name } }) as const;
        await fails(() => driver.createKeyPair(name), taken('createKeyPair'));
        await fails(() => driver.importKeyPairFromString(name, key), taken('importKeyPairFromString'));
      },
    },
    {
      title: 'are refused for private keys and other text, before anything is sent, and do not repeat them',
      async run({ driver, failsUnsent, folder }) {
        const path = join(await folder(), 'id');
        for (const wrong of [secret, 'hunter2', '']) {
          await writeFile(path, wrong);
          const code = 'invalid-argument';
          const failures = [
            await failsUnsent(() => driver.importKeyPairFromString('k', wrong), {
              code,
              details: { field: 'keyMaterial' },
            }),
            await failsUnsent(() => driver.importKeyPairFromFile('k', path), { code, details: { field: 'path' } }),
          ];
          for (const { message } of failures) expect(message).not.toContain('hunter2');
        }
      },
    },
    {
      title: 'are refused for files that are missing, before anything is sent',
      async run({ driver, failsUnsent, folder }) {
        const directory = await folder();
        for (const path of [join(directory, 'missing'), directory, '']) {
          await failsUnsent(() => driver.importKeyPairFromFile('k', path), { code: 'invalid-argument' });
        }
      },
    },
    {
      title: 'are refused without a name, before anything is sent',
      async run({ driver, failsUnsent }) {
        const code = 'invalid-argument';
        for (const wrong of ['', 5, null] as string[]) {
          await failsUnsent(() => driver.createKeyPair(wrong), { code, details: { field: 'name' } });
          await failsUnsent(() => driver.getKeyPair(wrong), { code, details: { field: 'name' } });
          await failsUnsent(() => driver.importKeyPairFromString(wrong, key), { code, details: { field: 'name' } });
          await failsUnsent(() => driver.deleteKeyPair(wrong), { code, details: { field: 'keyPair' } });
        }
      },
    },
  ],
});
