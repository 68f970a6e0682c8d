/** Options: defaults, and every wrong one named. */
import { describe, expect, test } from 'vitest';
import { optionsSchema } from './options.ts';

const good = { key: 'GOOG1EXAMPLE', secret: 'secret' };

/** Where the options are wrong. */
function problemsOf(options: unknown): string[] {
  const checked = optionsSchema.safeParse(options);
  if (checked.success) return [];
  return checked.error.issues.flatMap(({ keys, path }) => (path.length > 0 ? path.map(String) : [...(keys ?? ['?'])]));
}

describe('options', () => {
  test('get their defaults', () => {
    const checked = optionsSchema.safeParse(good);
    expect(checked.success && checked.data).toEqual({
      ...good,
      endpoint: 'https://storage.googleapis.com',
      allowPlainHttp: false,
    });
  });
  test('may name a project', () => expect(problemsOf({ ...good, project: 'my-project' })).toEqual([]));
  test('may point to an emulator', () => {
    expect(problemsOf({ ...good, endpoint: 'http://127.0.0.1:9897' })).toEqual([]);
  });
  test('may ask for plain http by name', () => {
    expect(problemsOf({ ...good, endpoint: 'http://storage.example', allowPlainHttp: true })).toEqual([]);
  });
  test.each<[string, object, string]>([
    ['no key', { secret: 'secret' }, 'key'],
    ['an empty key', { ...good, key: '' }, 'key'],
    ['a key with a line break', { ...good, key: 'GOOG\r\nx: y' }, 'key'],
    ['a key with a blank', { ...good, key: 'GOOG 1' }, 'key'],
    ['a key beyond ASCII', { ...good, key: 'é' }, 'key'],
    ['no secret', { key: 'GOOG1EXAMPLE' }, 'secret'],
    ['an empty secret', { ...good, secret: '' }, 'secret'],
    ['an empty project', { ...good, project: '' }, 'project'],
    ['a project with a line break', { ...good, project: 'p\nx' }, 'project'],
    ['a project that is a number', { ...good, project: 7 }, 'project'],
    ['an endpoint that is no URL', { ...good, endpoint: 'storage' }, 'endpoint'],
    ['an endpoint with a path', { ...good, endpoint: 'https://storage.example/x' }, 'endpoint'],
    ['plain http to another machine', { ...good, endpoint: 'http://storage.example' }, 'endpoint'],
    ['a flag that is a string', { ...good, allowPlainHttp: 'yes' }, 'allowPlainHttp'],
    ['an unknown option', { ...good, regoin: 'eu' }, 'regoin'],
  ])('are refused for %s', (_, options, field) => expect(problemsOf(options)).toEqual([field]));
  test.each([null, undefined, 'key', []])('are refused when they are %j', (options) => {
    expect(problemsOf(options)).not.toEqual([]);
  });
  test('are refused without repeating the secret', () => {
    const checked = optionsSchema.safeParse({ ...good, secret: 'hunter2', endpoint: 'nowhere' });
    expect(JSON.stringify(checked)).not.toContain('hunter2');
  });
});
