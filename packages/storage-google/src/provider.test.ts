/** The definition of the provider: id, capabilities, and operations that do nothing until they are driven. */
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scriptStorage } from '../testing/scripted-storage.ts';
import { googleStorage } from './provider.ts';

forbidIo({ beforeEach, afterEach });

describe('googleStorage', () => {
  test('has its id in the registry', () => expect(googleStorage.id).toBe('google-storage'));
  test('declares capabilities as plain data', () => {
    expect(structuredClone(googleStorage.capabilities)).toEqual(googleStorage.capabilities);
  });
  test('has only functions as operations', () => {
    const members = Object.values(scriptStorage().storage) as unknown[];
    expect(members.filter((member) => typeof member !== 'function')).toEqual([]);
  });
});

describe('operations', () => {
  const object = { container: 'demo-bucket', name: 'a' };
  test('do nothing before they are driven', () => {
    const { storage, world } = scriptStorage();
    storage.getObject('demo-bucket', 'a');
    storage.writeObject('x', 'demo-bucket', 'a');
    storage.downloadObject(object, '/out');
    expect(world.steps).toEqual([]);
  });
  test.each<[string, (storage: ReturnType<typeof scriptStorage>['storage']) => { next(): unknown }]>([
    ['uploadObject', (storage) => storage.uploadObject('/a', 'BAD', 'a')],
    ['uploadObjectViaStream', (storage) => storage.uploadObjectViaStream([], 'BAD', 'a')],
    ['writeObject', (storage) => storage.writeObject('', 'BAD', 'a')],
    ['readObject', (storage) => storage.readObject({ container: 'BAD', name: 'a' })],
    ['downloadObject', (storage) => storage.downloadObject({ container: 'BAD', name: 'a' }, '/out')],
    ['deleteObject', (storage) => storage.deleteObject({ container: 'BAD', name: 'a' })],
    ['getContainer', (storage) => storage.getContainer('BAD')],
    ['deleteContainer', (storage) => storage.deleteContainer('BAD')],
  ])('%s refuses an invalid container when it is driven, not when it is called', (_, call) => {
    const operation = call(scriptStorage().storage);
    expect(() => operation.next()).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});
