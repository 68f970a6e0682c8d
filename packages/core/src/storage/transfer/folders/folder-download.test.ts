/** Downloads of many objects: the file of each, which are refused, and what happens to the others. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CloudError, type CloudErrorCode } from '../../../errors.ts';
import { sleep } from '../../../steps/system-steps.ts';
import { forbidIo } from '../../../testing/forbid-io.ts';
import { ScriptedWorld } from '../../../testing/scripted-world.ts';
import type { StorageOperations } from '../../contract.ts';
import type { DownloadedObjects, ObjectReference } from '../../models.ts';
import type { DownloadObjectsOptions } from '../../options.ts';
import { downloadIntoFolder } from './folder-download.ts';

forbidIo({ beforeEach, afterEach });

const named = (...names: string[]) => names.map((name) => ({ container: 'box', name }));

/** A provider whose objects have four bytes each; an object with a name in `failures` fails with that error. */
function script(failures: Readonly<Record<string, Error>> = {}) {
  const world = new ScriptedWorld();
  const asked: [path: string, overwrites: boolean | undefined][] = [];
  const download: StorageOperations['downloadObject'] = function* (object, path, options) {
    asked.push([path, options?.overwriteExisting]);
    yield* sleep(1);
    options?.onProgress?.({ transferredBytes: 3 });
    const failure = failures[object.name];
    if (failure) throw failure;
    return { path, sizeBytes: 4, verified: 'size' };
  };
  const operation = (objects: Iterable<ObjectReference>, folder = '/in', options?: DownloadObjectsOptions) =>
    downloadIntoFolder(download, objects, folder, options);
  return { world, asked, operation };
}

const codesOf = ({ failed }: DownloadedObjects) => failed.map(({ name, error }) => [name, error.code]);

describe('an object', () => {
  test('is written to the folder under its name', () => {
    const { world, asked, operation } = script();
    const { downloaded } = world.run(operation(named('a', 'b/c d')));
    expect(asked).toEqual([
      ['/in/a', false],
      ['/in/b/c d', false],
    ]);
    expect(downloaded[1]).toEqual({
      container: 'box',
      name: 'b/c d',
      path: '/in/b/c d',
      sizeBytes: 4,
      verified: 'size',
    });
  });
  test('replaces a file when that is allowed', () => {
    const { world, asked, operation } = script();
    world.run(operation(named('a'), '/in', { overwriteExisting: true }));
    expect(asked).toEqual([['/in/a', true]]);
  });
  test.each(['', '/', 'a/', '/a', 'a//b', '.', '..', './a', 'a/..', 'a/../b', 'a\\b', 'C:\\a', 'a\0', '\ud800'])(
    'with the name %j is not requested',
    (name) => {
      const { world, asked, operation } = script();
      expect(codesOf(world.run(operation(named(name, 'good'))))).toEqual([[name, 'invalid-argument']]);
      expect(asked).toEqual([['/in/good', false]]);
    },
  );
  test.each(['...', '..a', 'a..', 'C:', 'CON', ' ', '%2e%2e', 'a/... /b', '-rf', '~'])(
    'may have the name %j',
    (name) => {
      const { world, operation } = script();
      expect(world.run(operation(named(name))).failed).toEqual([]);
    },
  );
  test('whose path leads through a file fails, but no other', () => {
    const { world, operation } = script();
    world.disk.files.set('/in/a', new Uint8Array(1));
    expect(codesOf(world.run(operation(named('a/b', 'c'))))).toEqual([['a/b', 'invalid-argument']]);
  });
});

describe('two objects with the same file', () => {
  test('and the same name: the first in order is downloaded', () => {
    const { world, asked, operation } = script();
    const objects = [...named('a'), { container: 'other', name: 'a' }];
    const { failed } = world.run(operation(objects, '/in', { overwriteExisting: true }));
    expect(failed).toMatchObject([{ container: 'other', name: 'a', error: { code: 'already-exists' } }]);
    expect(asked).toHaveLength(1);
  });
  test.each([
    ['Read.me', 'read.ME'],
    ['é', 'e\u0301'],
  ])('%j and %j conflict only if the system ignores case', (one, other) => {
    const fine = script();
    expect(fine.world.run(fine.operation(named(one, other))).failed).toEqual([]);
    const folding = script();
    folding.world.disk.ignoresCase = true;
    expect(codesOf(folding.world.run(folding.operation(named(one, other))))).toEqual([[other, 'already-exists']]);
  });
});

describe('a failure', () => {
  test.each<CloudErrorCode>(['not-found', 'permission-denied', 'network', 'timeout', 'integrity', 'already-exists'])(
    'with %s fails only its object',
    (code) => {
      const { world, operation } = script({ b: new CloudError(code, 'broken') });
      const result = world.run(operation(named('a', 'b', 'c')));
      expect(codesOf(result)).toEqual([['b', code]]);
      expect(result.downloaded.map(({ name }) => name)).toEqual(['a', 'c']);
    },
  );
  test.each<CloudErrorCode>(['unauthenticated', 'aborted', 'session-closed', 'worker-lost'])(
    'with %s fails the call',
    (code) => {
      const failure = new CloudError(code, 'broken');
      const { world, operation } = script({ b: failure });
      expect(world.failureOf(operation(named('a', 'b', 'c')))).toBe(failure);
    },
  );
  test('that is not a CloudError fails the call', () => {
    const failure = new Error('a mistake');
    const { world, operation } = script({ b: failure });
    expect(world.failureOf(operation(named('a', 'b')))).toBe(failure);
  });
  test('of the iterable fails the call', () => {
    const own = new Error('own');
    function* objects(): Generator<ObjectReference> {
      yield { container: 'box', name: 'a' };
      throw own;
    }
    const { world, operation } = script();
    expect(world.failureOf(operation(objects()))).toBe(own);
  });
  test('for an invalid reference fails the call', () => {
    const { world, operation } = script();
    for (const wrong of [undefined, 'a', { container: 'box' }, { name: 'a' }]) {
      const objects = [...named('a'), wrong as ObjectReference];
      expect(world.failureOf(operation(objects))).toHaveProperty('code', 'invalid-argument');
    }
  });
});

describe('many objects', () => {
  test('are taken from the iterable only when fewer than the limit run', () => {
    const { world, operation } = script();
    let [taken, done, maxRunning] = [0, 0, 0];
    function* objects(): Generator<ObjectReference> {
      for (; taken < 100; ) {
        taken += 1;
        maxRunning = Math.max(maxRunning, taken - done);
        yield { container: 'box', name: `${taken}` };
      }
    }
    const onProgress = ({ doneObjects }: { doneObjects: number }) => {
      done = doneObjects;
    };
    world.run(operation(objects(), '/in', { concurrency: 7, onProgress }));
    expect([taken, maxRunning]).toEqual([100, 7]);
  });
  test('are downloaded 16 at once by default', () => {
    const { world, operation } = script();
    let [taken, done, maxRunning] = [0, 0, 0];
    function* objects(): Generator<ObjectReference> {
      for (const object of named(...Array.from({ length: 40 }, (_, index) => `${index}`))) {
        taken += 1;
        maxRunning = Math.max(maxRunning, taken - done);
        yield object;
      }
    }
    const onProgress = ({ doneObjects }: { doneObjects: number }) => {
      done = doneObjects;
    };
    world.run(operation(objects(), '/in', { onProgress }));
    expect(maxRunning).toBe(16);
  });
  test('report progress after each chunk and after each object', () => {
    const { world, operation } = script({ b: new CloudError('network', 'broken') });
    const seen: unknown[] = [];
    const options = { concurrency: 1, onProgress: (progress: object) => void seen.push(Object.values(progress)) };
    world.run(operation(named('a', 'b'), '/in', options));
    // Done, failed, bytes. Each object reports three bytes; the end of the first adds its fourth byte.
    expect(seen).toEqual([
      [0, 0, 3],
      [1, 0, 4],
      [1, 0, 7],
      [1, 1, 7],
    ]);
  });
});
