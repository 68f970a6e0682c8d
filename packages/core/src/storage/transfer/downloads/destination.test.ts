/** Where a download may write: decided from paths, before anything is sent. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CloudErrorCode, isCloudError } from '../../../errors.ts';
import { forbidIo } from '../../../testing/forbid-io.ts';
import { ScriptedWorld } from '../../../testing/scripted-world.ts';
import { resolveDestination } from './destination.ts';

forbidIo({ beforeEach, afterEach });

function worldWith(disk: { files?: string[]; folders?: string[] }): ScriptedWorld {
  const world = new ScriptedWorld();
  for (const path of disk.files ?? []) world.disk.files.set(path, new Uint8Array(1));
  for (const path of disk.folders ?? []) world.disk.folders.add(path);
  return world;
}

function refusal(
  world: ScriptedWorld,
  path: string,
  objectName: string,
  overwrite = false,
): CloudErrorCode | undefined {
  const failure = world.failureOf(resolveDestination(path, objectName, overwrite));
  return isCloudError(failure) && failure.details.field === 'destinationPath' ? failure.code : undefined;
}

describe('a file', () => {
  test('is accepted when nothing exists at its path', () => {
    expect(worldWith({}).run(resolveDestination('/new/name', 'a/b', false))).toBe('/new/name');
  });
  test('that exists is refused', () => {
    expect(refusal(worldWith({ files: ['/old'] }), '/old', 'a')).toBe('already-exists');
  });
  test('that exists is accepted when it may be replaced', () => {
    expect(worldWith({ files: ['/old'] }).run(resolveDestination('/old', 'a', true))).toBe('/old');
  });
  test('path that is a folder without a slash is refused', () => {
    expect(refusal(worldWith({ folders: ['/folder'] }), '/folder', 'a')).toBe('invalid-argument');
  });
  test('path that is a folder is refused even when files may be replaced', () => {
    expect(refusal(worldWith({ folders: ['/folder'] }), '/folder', 'a', true)).toBe('invalid-argument');
  });
});

describe('a folder', () => {
  test.each([
    ['a plain name', '/folder/', 'a', '/folder/a'],
    ['a name with slashes', '/folder/', 'deep/er/name.txt', '/folder/name.txt'],
    ['a name with ..', '/folder/', '../../etc/passwd', '/folder/passwd'],
  ])('gets only the last segment appended: %s', (_, path, objectName, expected) => {
    expect(worldWith({ folders: ['/folder'] }).run(resolveDestination(path, objectName, false))).toBe(expected);
  });
  test.each([
    ['does not exist', '/missing/', '/missing/ does not exist; create it first'],
    ['is a file', '/file/', '/file/ is a file'],
  ])('that %s is refused and named', (_, path, problem) => {
    const failure = worldWith({ files: ['/file'] }).failureOf(resolveDestination(path, 'a', false));
    const details = { field: 'destinationPath', path };
    expect(failure).toMatchObject({ message: `\`destinationPath\`: the folder ${problem}`, details });
  });
  test('that already contains the file is refused', () => {
    const world = worldWith({ folders: ['/folder'], files: ['/folder/a'] });
    expect(refusal(world, '/folder/', 'a')).toBe('already-exists');
  });
  test.each([
    ['ends in a slash', 'a/'],
    ['ends in ..', 'a/..'],
    ['is ..', '..'],
    ['ends in .', 'a/.'],
    ['ends in a segment with a backslash', 'a/..\\b'],
    ['ends in a segment with a null', 'a/b\0'],
    ['is empty', ''],
  ])('is refused for an object whose name %s', (_, objectName) => {
    expect(refusal(worldWith({ folders: ['/folder'] }), '/folder/', objectName)).toBe('invalid-argument');
  });
});

describe('a path', () => {
  test.each([
    ['empty', ''],
    ['with a null', '/a\0b'],
    ['not a string', 7],
    ['missing', undefined],
  ])('that is %s is refused without reading the disk', (_, path) => {
    const world = worldWith({});
    expect([refusal(world, path as string, 'a'), world.steps]).toEqual(['invalid-argument', []]);
  });
});
