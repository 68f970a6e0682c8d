// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the service's placeholder
/** Forms: what they allow in Amazon's dialect, and which rules the service sets. */
import { isCloudError } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { type FormOptions, type FormRules, formParts, signForm } from './post-form.ts';
import { amazon4, makeSigner } from './signature-v4.ts';

const signer = makeSigner(amazon4, 'AKIAIOSFODNN7EXAMPLE', 'secret', 'us-east-1');
const nowMs = Date.UTC(2026, 0, 15, 10, 30);
const rules: FormRules = {
  maxNameBytes: 8,
  maxObjectBytes: 100,
  checkName: (name) => name,
  fields: () => ({ acl: 'private' }),
  metadata: (metadata) =>
    Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`x-amz-meta-${key}`, value])),
};

function form(options: FormOptions) {
  const fields = signForm(formParts(options, rules), 'demo', signer, nowMs, 60);
  const { conditions, expiration } = JSON.parse(atob(fields.policy ?? '')) as Record<string, unknown>;
  return { conditions, expiration, fields };
}

test('a form has the fields of the options, of the service and of the signer, and allows no others', () => {
  const { conditions, expiration, fields } = form({ objectNamePrefix: 'a/', metadata: { kind: 'blue' }, minBytes: 1 });
  const own = {
    key: 'a/${filename}',
    acl: 'private',
    'x-amz-meta-kind': 'blue',
    'x-amz-date': '20260115T103000Z',
    'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20260115/us-east-1/s3/aws4_request',
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  };
  expect(Object.keys(fields)).toEqual([...Object.keys(own), 'policy', 'x-amz-signature']);
  expect(fields).toMatchObject(own);
  const { key: _, ...exact } = own;
  expect(conditions).toEqual([
    { bucket: 'demo' },
    ['starts-with', '$key', 'a/'],
    ...Object.entries(exact).map(([name, value]) => ({ [name]: value })),
    ['content-length-range', 1, 100],
  ]);
  expect(expiration).toBe('2026-01-15T10:31:00Z');
});

describe('the rules of the service', () => {
  const refusedField = (options: FormOptions, own: Partial<FormRules> = {}) => {
    try {
      formParts(options, { ...rules, ...own });
    } catch (failure) {
      if (isCloudError(failure, 'invalid-argument')) return failure.details.field;
      throw failure;
    }
    return undefined;
  };
  test.each([
    ['x'.repeat(7), undefined],
    ['x'.repeat(8), 'objectNamePrefix'],
  ])('limit a prefix: %s', (objectNamePrefix, field) => expect(refusedField({ objectNamePrefix })).toBe(field));
  test('check a name without the placeholder', () => {
    let checked = '';
    const checkName = (name: string) => {
      checked = name;
    };
    refusedField({ objectName: 'a/${filename}.x' }, { checkName });
    expect(checked).toBe('a/f.x');
  });
  test('limit the size', () =>
    expect(form({ objectName: 'a', maxBytes: 7 }).conditions).toContainEqual(['content-length-range', 0, 7]));
});
