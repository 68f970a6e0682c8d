/** Options: defaults, and errors that name the invalid option. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { exampleAccount } from '../testing/example-account.ts';
import { optionsSchema } from './options.ts';

const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const good = { key: 'GOOG1EXAMPLE', secret: 'secret' };

/** The options that are invalid. */
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
  test('may allow plain http', () => {
    expect(problemsOf({ ...good, endpoint: 'http://storage.example', allowPlainHttp: true })).toEqual([]);
  });
  test.each<[string, object, string]>([
    ['no key', { secret: 'secret' }, 'key'],
    ['an empty key', { ...good, key: '' }, 'key'],
    ['a key with a line break', { ...good, key: 'GOOG\r\nx: y' }, 'key'],
    ['a key with a space', { ...good, key: 'GOOG 1' }, 'key'],
    ['a key beyond ASCII', { ...good, key: 'é' }, 'key'],
    ['no secret', { key: 'GOOG1EXAMPLE' }, 'secret'],
    ['an empty secret', { ...good, secret: '' }, 'secret'],
    ['an empty project', { ...good, project: '' }, 'project'],
    ['a project with a line break', { ...good, project: 'p\nx' }, 'project'],
    ['a project that is a number', { ...good, project: 7 }, 'project'],
    ['an endpoint that is not a URL', { ...good, endpoint: 'storage' }, 'endpoint'],
    ['an endpoint with a path', { ...good, endpoint: 'https://storage.example/x' }, 'endpoint'],
    ['plain http to another machine', { ...good, endpoint: 'http://storage.example' }, 'endpoint'],
    ['a flag that is a string', { ...good, allowPlainHttp: 'yes' }, 'allowPlainHttp'],
    ['an unknown option', { ...good, regoin: 'eu' }, 'regoin'],
  ])('are refused for %s', (_, options, field) => expect(problemsOf(options)).toEqual([field]));
  test.each([null, undefined, 'key', []])('are refused when they are %j', (options) => {
    expect(problemsOf(options)).not.toEqual([]);
  });
  test('are refused without quoting the secret', () => {
    const checked = optionsSchema.safeParse({ ...good, secret: 'hunter2', endpoint: 'nowhere' });
    expect(JSON.stringify(checked)).not.toContain('hunter2');
  });
});

describe('white space, such as a trailing line break', () => {
  const expected = 'has white space in it (a trailing line break?): remove it';
  const account = { ...exampleAccount };
  test.each<[string, object, string]>([
    ['a key', { ...good, key: 'GOOG1hunter2\n' }, 'key'],
    ['a secret', { ...good, secret: 'hunter2\n' }, 'secret'],
    ['a secret, at its start', { ...good, secret: ' hunter2' }, 'secret'],
    ['a secret, inside', { ...good, secret: 'hunter2 hunter2' }, 'secret'],
    ['a token', { accessToken: 'hunter2\r\n' }, 'accessToken'],
    ['a project', { ...good, project: 'hunter2\n' }, 'project'],
    ['a scope', { serviceAccount: account, scopes: ['hunter2\n'] }, 'scopes.0'],
    ['the address of an account', { serviceAccount: { ...account, client_email: 'hunter2\n' } }, 'client_email'],
    ['the id of a key', { serviceAccount: { ...account, private_key_id: 'hunter2\n' } }, 'private_key_id'],
    ['the project of an account', { serviceAccount: { ...account, project_id: 'hunter2\n' } }, 'project_id'],
  ])('is refused in %s, which is not quoted', (_, options, field) => {
    const checked = optionsSchema.safeParse(options);
    const issues = checked.success ? [] : checked.error.issues;
    expect(issues.map(({ message, path }) => [path.join('.'), message])).toEqual([
      [expect.stringMatching(new RegExp(`(^|\\.)${field}$`)), expected],
    ]);
    expect(JSON.stringify(checked)).not.toContain('hunter2');
  });
  test.each(['key.json\n', ' key.json', '/a/key.json\r\n'])(
    'is refused at either end of a path: %j',
    (serviceAccount) => {
      const checked = optionsSchema.safeParse({ serviceAccount });
      expect(checked.success ? undefined : checked.error.issues[0]).toMatchObject({
        path: ['serviceAccount'],
        message: 'is a path that starts or ends with white space (a trailing line break?): remove it',
      });
    },
  );
  test('is accepted inside a path, and at the end of a private key', () => {
    expect(problemsOf({ serviceAccount: '/my files/key.json' })).toEqual([]);
    expect(problemsOf({ serviceAccount: { ...account, private_key: `${account.private_key}\n` } })).toEqual([]);
  });
});

describe('ways to authenticate', () => {
  const account = { client_email: 'a@b', private_key: exampleAccount.private_key };
  test.each<[string, object]>([
    ['an HMAC key of each signature', { ...good, signature: 'aws4' }],
    ['a token', { accessToken: 'ya29.t' }],
    ['a function that returns tokens', { accessToken: () => 't' }],
    ['a service account', { serviceAccount: exampleAccount }],
    ['a service account with only the required fields', { serviceAccount: account, scopes: ['s'] }],
    ['the file of a service account', { serviceAccount: './key.json' }],
    ['credentials from the environment', { credentials: 'application-default', scopes: ['s'] }],
    ['the metadata server', { credentials: 'metadata-server' }],
    ['anonymous access', { credentials: 'anonymous' }],
  ])('%s', (_, options) => expect(problemsOf(options)).toEqual([]));

  test.each<[string, object, string[]]>([
    ['none', {}, ['key']],
    ['a key and a token', { ...good, accessToken: 't' }, ['accessToken']],
    ['a secret and a token', { secret: 's', accessToken: 't' }, ['accessToken']],
    ['a token and an account', { accessToken: 't', serviceAccount: account }, ['serviceAccount']],
    ['an account and anonymous access', { serviceAccount: account, credentials: 'anonymous' }, ['credentials']],
    ['an unknown name', { credentials: 'default' }, ['credentials']],
    ['a signature without a key', { accessToken: 't', signature: 'aws4' }, ['signature']],
    ['an unknown signature', { ...good, signature: 'md5' }, ['signature']],
    ['scopes of a key', { ...good, scopes: ['s'] }, ['scopes']],
    ['scopes of a token', { accessToken: 't', scopes: ['s'] }, ['scopes']],
    ['scopes of anonymous access', { credentials: 'anonymous', scopes: ['s'] }, ['scopes']],
    ['no scopes at all', { credentials: 'metadata-server', scopes: [] }, ['scopes']],
    ['a scope with a space', { credentials: 'metadata-server', scopes: ['a b'] }, ['scopes', '0']],
    ['an empty token', { accessToken: '' }, ['accessToken']],
    ['a token with a line break', { accessToken: 'a\r\nb' }, ['accessToken']],
    ['a token that is an object', { accessToken: { token: 't' } }, ['accessToken']],
    ['an account that is a number', { serviceAccount: 5 }, ['serviceAccount']],
    ['an empty path', { serviceAccount: '' }, ['serviceAccount']],
    ['an account as JSON text', { serviceAccount: JSON.stringify(account) }, ['serviceAccount']],
    [
      'an account without an address',
      { serviceAccount: { ...account, client_email: '' } },
      ['serviceAccount', 'client_email'],
    ],
    ['an account without a key', { serviceAccount: { client_email: 'a' } }, ['serviceAccount', 'private_key']],
    ['an invalid key', { serviceAccount: { ...account, private_key: 'pem' } }, ['serviceAccount', 'private_key']],
    [
      'a key of another kind',
      { serviceAccount: { ...account, private_key: ed25519 } },
      ['serviceAccount', 'private_key'],
    ],
    [
      'a user instead of an account',
      { serviceAccount: { ...account, type: 'authorized_user' } },
      ['serviceAccount', 'type'],
    ],
    [
      'an endpoint over plain http',
      { serviceAccount: { ...account, token_uri: 'http://a.example/' } },
      ['serviceAccount', 'token_uri'],
    ],
    [
      'an endpoint with a password',
      { serviceAccount: { ...account, token_uri: 'https://a:b@a.example/' } },
      ['serviceAccount', 'token_uri'],
    ],
  ])('are refused: %s', (_, options, path) => expect(problemsOf(options)).toEqual(path));

  test('are listed in the error when none is given, and when two are', () => {
    for (const options of [{}, { ...good, accessToken: 't' }]) {
      const checked = optionsSchema.safeParse(options);
      const message = checked.success ? '' : checked.error.issues[0]?.message;
      for (const way of ['`key` with `secret`', '`accessToken`', '`serviceAccount`', '`credentials`']) {
        expect(message).toContain(way);
      }
    }
  });
  test('are refused without quoting a value', () => {
    const wrong = [
      { accessToken: 'hunter2 with spaces' },
      { serviceAccount: '{"private_key":"hunter2"}' },
      { serviceAccount: { ...account, private_key: 'hunter2' } },
      { serviceAccount: { ...account, token_uri: 'http://hunter2.example/' } },
      { accessToken: 'hunter2', credentials: 'anonymous' },
    ];
    for (const options of wrong) {
      expect(problemsOf(options)).not.toEqual([]);
      expect(JSON.stringify(optionsSchema.safeParse(options))).not.toContain('hunter2');
    }
  });
});
