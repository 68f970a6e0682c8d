/** Signed forms with other credentials than an HMAC key with Google's signature, and expired forms. */

import { connect } from '@isobar/design-flag';
import { startEmulator } from '@isobar/emulator';
import { googleStorage, type PostForm } from '@isobar/storage-google';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { post } from './forms.ts';

const emulator = await startEmulator({ storagePort: 0, computePort: 0 });
afterAll(() => emulator.close());

const key = { key: emulator.accessKey, secret: emulator.secret, endpoint: emulator.storage };
const options = { objectNamePrefix: 'a', metadata: { kind: 'blue' }, maxBytes: 100 };

beforeAll(() => {
  using driver = connect(googleStorage, key);
  driver.createContainer('forms');
});

async function expectAccepted(form: PostForm): Promise<void> {
  const answer = await post(form, new Blob(['content']), 'file');
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  using driver = connect(googleStorage, key);
  expect(driver.getObject('forms', 'afile')).toMatchObject({ sizeBytes: 7, metadata: { kind: 'blue' } });
  driver.deleteObject({ container: 'forms', name: 'afile' });
}

describe('a form can be signed', () => {
  test.each(['goog4', 'aws4', 'goog1'] as const)('as %s', async (signature) => {
    using driver = connect(googleStorage, { ...key, signature });
    await expectAccepted(driver.exPresignPostForm('forms', options));
  });
  test('by a service account', async () => {
    const account: unknown = await (await fetch(`${emulator.storage}/_emulator/service-account`)).json();
    using driver = connect(googleStorage, {
      serviceAccount: account as never,
      endpoint: emulator.storage,
    });
    const form = driver.exPresignPostForm('forms', options);
    expect(form.fields['x-goog-algorithm']).toBe('GOOG4-RSA-SHA256');
    await expectAccepted(form);
  });
});

test('an expired form is refused', async () => {
  using driver = connect(googleStorage, key);
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 61_000);
  const form = driver.exPresignPostForm('forms', { ...options, expiresInSeconds: 60 });
  now.mockRestore();
  const answer = await post(form, new Blob(['content']), 'file');
  expect([400, 403]).toContain(answer.status);
  expect(await answer.text()).toMatch(/expired/i);
  expect(driver.listContainerObjects('forms')).toEqual([]);
});

test('credentials without a key cannot sign a form', () => {
  using driver = connect(googleStorage, { accessToken: 'a-token', endpoint: emulator.storage });
  const call = () => driver.exPresignPostForm('forms', options);
  expect(call).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
