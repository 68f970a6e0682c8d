/** Key pairs: requests, models, and private keys that are never sent. */
import type { CloudError } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json, refusal, scriptCloud, sentJson } from '../testing/scripted-cloud.ts';

forbidIo({ beforeEach, afterEach });

const key = 'ssh-ed25519 AAAAC3Nz+/= jane@home';
const wireKeyPair = { name: 'k', public_key: key, fingerprint: 'aa:bb' };
const keyPair = { name: 'k', publicKey: key, fingerprint: 'aa:bb' };
const privateKey = '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\n';

describe('key pairs', () => {
  test('are listed', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/key_pairs?limit=1000', json([wireKeyPair]));
    expect(world.run(cloud.listKeyPairs())).toEqual([keyPair]);
  });
  test('are looked up', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/key_pairs/my%20key', json(wireKeyPair));
    expect(world.run(cloud.getKeyPair('my key'))).toEqual(keyPair);
  });
  test('are created, with the private key', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/key_pairs', json({ ...wireKeyPair, private_key: privateKey }));
    expect(world.run(cloud.createKeyPair('k'))).toEqual({ ...keyPair, privateKey });
    expect(sentJson(world)).toEqual({ name: 'k' });
  });
  test('are not created again when the response is lost', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/key_pairs', networkFailure());
    expect(world.failureOf(cloud.createKeyPair('k'))).toMatchObject({ code: 'network' });
  });
  test('report that a name is taken', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/key_pairs', refusal(409, 'already-exists'));
    const failure = world.failureOf(cloud.createKeyPair('k')) as CloudError;
    expect(failure).toMatchObject({ code: 'already-exists', details: { keyPair: 'k' } });
    expect(failure.message).toMatch(/^key pair k: /);
  });
  test('are deleted', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', '/compute/key_pairs/k', { status: 204 });
    expect(world.run(cloud.deleteKeyPair(keyPair))).toBeUndefined();
  });
});

describe('a public key', () => {
  test('is sent without surrounding white space', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/key_pairs', json(wireKeyPair));
    world.run(cloud.importKeyPairFromString('k', `  ${key}\n`));
    expect(sentJson(world)).toEqual({ name: 'k', public_key: key });
  });
  test.each(['k.pub', '~/.ssh/k.pub', '~k.pub'])('is read from %s', (path) => {
    const { cloud, world } = scriptCloud();
    world.disk.files.set(path.replace('~/', '/home/jane/'), new TextEncoder().encode(`${key}\n`));
    world.service.on('POST', '/compute/key_pairs', json(wireKeyPair));
    world.run(cloud.importKeyPairFromFile('k', path));
    expect(sentJson(world)).toMatchObject({ public_key: key });
  });
  test('in a missing file is an invalid argument', () => {
    const { cloud, world } = scriptCloud();
    expect(world.failureOf(cloud.importKeyPairFromFile('k', 'k.pub'))).toMatchObject({ details: { field: 'path' } });
  });
  test.each([
    ['a private key', privateKey],
    ['a file of several keys', `${key}\n${key}`],
    ['a password', 'hunter2'],
    ['nothing', ''],
    ['a number', 7],
  ])('is not %s, which is neither sent nor quoted', (_, text) => {
    const { cloud, world } = scriptCloud();
    world.disk.files.set('k.pub', new TextEncoder().encode(String(text)));
    const failures = [
      world.failureOf(cloud.importKeyPairFromString('k', text as string)),
      world.failureOf(cloud.importKeyPairFromFile('k', 'k.pub')),
    ] as CloudError[];
    expect(failures.map(({ details }) => details.field)).toEqual(['keyMaterial', 'path']);
    expect(JSON.stringify(failures)).not.toContain('hunter2');
    expect(world.service.requests).toEqual([]);
  });
});
