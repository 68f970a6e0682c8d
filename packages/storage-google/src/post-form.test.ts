// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the service's placeholder
/** Signed forms: the worked example, a condition for each field, and limits. */

import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exampleKey, exampleSecret, scriptStorage } from '../testing/scripted-storage.ts';
import type { PostFormOptions } from './post-form.ts';

forbidIo({ beforeEach, afterEach });

const credential = `${exampleKey}/20260115/auto/storage/goog4_request`;

function form(options: PostFormOptions) {
  const { storage, world } = scriptStorage();
  const { url, fields } = world.run(storage.exPresignPostForm('demo-bucket', options));
  expect(world.steps).toEqual(['clock']);
  const text = atob(fields.policy ?? '');
  return { url, fields, text, policy: JSON.parse(text) as { expiration: string; conditions: unknown[] } };
}

/** The conditions of a form, without those of every form. */
const conditionsOf = (options: PostFormOptions) =>
  form(options).policy.conditions.filter(
    (condition) =>
      !['bucket', 'x-goog-date', 'x-goog-credential', 'x-goog-algorithm'].includes(
        Object.keys(condition as object)[0] ?? '',
      ),
  );

describe('exPresignPostForm', () => {
  test('makes exactly the worked example', () => {
    const { url, fields, text } = form({ objectNamePrefix: 'user/', minBytes: 1, maxBytes: 1_048_576 });
    expect(text).toBe(
      `{"expiration":"2026-01-15T11:30:00Z","conditions":[{"bucket":"demo-bucket"},["starts-with","$key","user/"],{"x-goog-date":"20260115T103000Z"},{"x-goog-credential":"${credential}"},{"x-goog-algorithm":"GOOG4-HMAC-SHA256"},["content-length-range",1,1048576]]}`,
    );
    expect(fields['x-goog-signature']).toBe('708823a587baff6f3ffef55f3113332250d34c1e500856e654986d42738c2ac8');
    expect(url).toBe('https://storage.googleapis.com/demo-bucket/');
    expect(Object.keys(fields)).toEqual([
      ...['key', 'x-goog-date', 'x-goog-credential', 'x-goog-algorithm', 'policy', 'x-goog-signature'],
    ]);
  });
  test.each<[string, PostFormOptions, string, unknown]>([
    ['one name', { objectName: 'a/b c' }, 'a/b c', { key: 'a/b c' }],
    [
      'a name that includes the file’s name',
      { objectName: 'a/${filename}.x' },
      'a/${filename}.x',
      ['starts-with', '$key', 'a/'],
    ],
    ['names with a prefix', { objectNamePrefix: 'a/' }, 'a/${filename}', ['starts-with', '$key', 'a/']],
    ['any name', { objectNamePrefix: '' }, '${filename}', ['starts-with', '$key', '']],
  ])('allows %s', (_, options, key, condition) => {
    expect(form(options).fields.key).toBe(key);
    expect(conditionsOf(options)).toEqual([condition]);
  });
  test('has a field and a condition for each option', () => {
    const options = {
      objectName: 'a',
      contentType: 'text/x-own',
      metadata: { Kind: 'blue' },
      predefinedAcl: 'public-read',
      successStatus: 201,
      successRedirect: 'https://example.com/done?x=1',
    } as const;
    const own = {
      acl: 'public-read',
      'content-type': 'text/x-own',
      'x-goog-meta-kind': 'blue',
      success_action_status: '201',
      success_action_redirect: 'https://example.com/done?x=1',
    };
    expect(form(options).fields).toMatchObject(own);
    expect(conditionsOf(options)).toEqual([
      { key: 'a' },
      ...Object.entries(own).map(([name, value]) => ({ [name]: value })),
    ]);
  });
  test('leaves the field for a type with a prefix to the page', () => {
    const options = { objectName: 'a', contentTypePrefix: 'image/' };
    expect(form(options).fields).not.toHaveProperty('content-type');
    expect(conditionsOf(options)).toContainEqual(['starts-with', '$content-type', 'image/']);
  });
  test('escapes non-ASCII characters in the policy, but not in the fields', () => {
    const { fields, text, policy } = form({ objectName: 'été/😀/\u007f"' });
    expect(text).toContain('{"key":"\\u00e9t\\u00e9/\\ud83d\\ude00/\\u007f\\""}');
    expect(fields.key).toBe('été/😀/\u007f"');
    expect(policy.conditions).toContainEqual({ key: 'été/😀/\u007f"' });
  });
  test.each([
    [{ maxBytes: 5 }, [0, 5]],
    [{ minBytes: 5 }, [5, 5_497_558_138_880]],
    [{ minBytes: 5, maxBytes: 5 }, [5, 5]],
    [{ minBytes: 0, maxBytes: 0 }, [0, 0]],
  ])('limits the size by %j', (bounds, range) => {
    expect(conditionsOf({ objectName: 'a', ...bounds })).toContainEqual(['content-length-range', ...range]);
  });
  test.each([1, 60, 604_800])('is valid for %i seconds', (expiresInSeconds) => {
    const { expiration } = form({ objectName: 'a', expiresInSeconds }).policy;
    expect(Date.parse(expiration)).toBe(Date.UTC(2026, 0, 15, 10, 30) + expiresInSeconds * 1000);
  });
  test('does not contain the secret', () => {
    const { fields, text } = form({ objectName: 'a' });
    expect(JSON.stringify(fields) + text).not.toContain(exampleSecret);
  });
});

describe('exPresignPostForm refuses', () => {
  test.each<[string, unknown, string]>([
    ['no options', undefined, 'options'],
    ['no name', {}, 'objectName'],
    ['two names', { objectName: 'a', objectNamePrefix: 'a' }, 'objectName'],
    ['an empty name', { objectName: '' }, 'objectName'],
    ['a name that is not a string', { objectName: 5 }, 'objectName'],
    ['a name with a line break', { objectName: 'a\nb' }, 'objectName'],
    ['a prefix with a line break', { objectNamePrefix: 'a\r' }, 'objectNamePrefix'],
    ['a prefix with the file’s name', { objectNamePrefix: '${filename}' }, 'objectNamePrefix'],
    ['a prefix that leaves no room', { objectNamePrefix: 'x'.repeat(1024) }, 'objectNamePrefix'],
    ['a validity of zero', { objectName: 'a', expiresInSeconds: 0 }, 'expiresInSeconds'],
    ['more than a week', { objectName: 'a', expiresInSeconds: 604_801 }, 'expiresInSeconds'],
    ['a negative minimum', { objectName: 'a', minBytes: -1 }, 'minBytes'],
    ['a fraction of a byte', { objectName: 'a', maxBytes: 0.5 }, 'maxBytes'],
    ['limits in the wrong order', { objectName: 'a', minBytes: 2, maxBytes: 1 }, 'maxBytes'],
    ['two types', { objectName: 'a', contentType: 'a/b', contentTypePrefix: 'a/' }, 'contentTypePrefix'],
    ['a type with a line break', { objectName: 'a', contentType: 'a\nb' }, 'contentType'],
    ['metadata that a header cannot carry', { objectName: 'a', metadata: { a: 'é' } }, 'metadata.a'],
    ['an unknown access control list', { objectName: 'a', predefinedAcl: 'public' }, 'predefinedAcl'],
    ['another status', { objectName: 'a', successStatus: 202 }, 'successStatus'],
    ['a redirect to a script', { objectName: 'a', successRedirect: 'javascript:x' }, 'successRedirect'],
  ])('%s', (_, options, field) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.exPresignPostForm('demo-bucket', options as PostFormOptions));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect(world.steps).toEqual([]);
  });
});
