/** The order of the steps of a write, which is what makes it safe. */
import { ScriptedWorld } from '@isobar/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { localFiles } from './provider.ts';

function opened(fsync = true) {
  const world = new ScriptedWorld();
  world.disk.folders.add('/data');
  world.disk.folders.add('/data/home');
  const retry = { attempts: 1, baseDelayMs: 0, maxDelayMs: 0, budgetMs: 0 };
  return { world, storage: localFiles.operations({ folder: '/data', fsync }, { retry }) };
}

describe('a write', () => {
  test('publishes the sidecar before the file that it is about', () => {
    const { storage, world } = opened();
    world.run(storage.writeObject('hello', 'home', 'a/b.txt', { metadata: { a: 'b' } }));
    const published = world.disk.log.filter((entry) => entry.startsWith('publish'));
    expect(published).toEqual([
      expect.stringContaining('publish /data/home/.isobar/about/'),
      'publish /data/home/a/b.txt',
    ]);
  });
  test('has no sidecar if the name implies the type', () => {
    const { storage, world } = opened();
    world.run(storage.writeObject('hello', 'home', 'a/b.txt', { contentType: 'text/plain' }));
    expect([...world.disk.files.keys()]).toEqual(['/data/home/a/b.txt']);
  });
  test('leaves neither a sidecar nor a temporary file when it cannot get its name', () => {
    const { storage, world } = opened();
    world.run(storage.writeObject('first', 'home', 'a'));
    const failure = world.failureOf(storage.writeObject('x', 'home', 'a', { metadata: { a: 'b' }, ifAbsent: true }));
    expect(failure).toHaveProperty('code', 'precondition-failed');
    expect([[...world.disk.files.keys()], world.disk.staged.size]).toEqual([['/data/home/a'], 0]);
  });
  test.each([true, false])('is flushed if it should be: fsync %s', (fsync) => {
    const { storage, world } = opened(fsync);
    const published = vi.spyOn(world.disk, 'publish');
    world.run(storage.writeObject('x', 'home', 'a', { metadata: { a: 'b' } }));
    const flushed = published.mock.calls.map((args) => args[3]);
    expect(flushed).toEqual([fsync, fsync]);
  });
  test('sends nothing for an option that a folder does not have', () => {
    const { storage, world } = opened();
    const failure = world.failureOf(storage.createContainer('box', { location: 'eu' }));
    expect(failure).toMatchObject({ code: 'unsupported', details: { field: 'location' } });
    expect(world.steps).toEqual([]);
  });
});
