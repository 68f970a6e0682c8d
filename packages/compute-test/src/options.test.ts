/** Options of the test cloud: defaults, and errors that name the invalid option. */
import { describe, expect, test } from 'vitest';
import { optionsSchema } from './options.ts';

const good = { key: 'apache', secret: 'libcloud' };

/** The options that are invalid. */
function problemsOf(options: unknown): string[] {
  const checked = optionsSchema.safeParse(options);
  if (checked.success) return [];
  return checked.error.issues.flatMap(({ keys, path }) => (path.length > 0 ? path.map(String) : [...(keys ?? ['?'])]));
}

test('options get their defaults', () => {
  const checked = optionsSchema.safeParse(good);
  expect(checked.success && checked.data).toEqual({
    ...good,
    endpoint: 'http://127.0.0.1:9898',
    allowPlainHttp: false,
  });
});

describe('options are refused for', () => {
  test.each<[string, object, string]>([
    ['no key', { secret: 'libcloud' }, 'key'],
    ['an empty key', { ...good, key: '' }, 'key'],
    ['a key with a colon', { ...good, key: 'a:b' }, 'key'],
    ['no secret', { key: 'apache' }, 'secret'],
    ['an empty secret', { ...good, secret: '' }, 'secret'],
    ['a secret that ends with a line break', { ...good, secret: 'libcloud\n' }, 'secret'],
    ['a secret with a space', { ...good, secret: 'lib cloud' }, 'secret'],
    ['a key that starts with a space', { ...good, key: ' apache' }, 'key'],
    ['an endpoint with credentials', { ...good, endpoint: 'https://me:pw@cloud.example' }, 'endpoint'],
    ['plain http to another machine', { ...good, endpoint: 'http://cloud.example' }, 'endpoint'],
    ['an empty region', { ...good, region: '' }, 'region'],
    ['an unknown option', { ...good, user: 'apache' }, 'user'],
  ])('%s', (_, options, field) => expect(problemsOf(options)).toEqual([field]));
});

describe('options are accepted with', () => {
  test.each([
    ['a colon in the secret', { ...good, secret: 'a:b' }],
    ['a region', { ...good, region: 'eu-1' }],
    ['characters beyond ASCII', { key: 'clé', secret: '秘密' }],
    ['plain http when it is allowed', { ...good, endpoint: 'http://cloud.example', allowPlainHttp: true }],
  ])('%s', (_, options) => expect(problemsOf(options)).toEqual([]));
});
