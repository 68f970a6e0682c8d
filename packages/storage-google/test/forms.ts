// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the service replaces this by the name of the file
/** Signed requests for web pages: forms, and URLs that start a resumable upload. */
import type { AnyStorage, Script, StorageKit, Suite } from '@isobar/conformance';
import type { PostForm } from '@isobar/storage-google';
import { expect } from 'vitest';
import { google } from './driver.ts';

/** Posts a form as a browser does. `changes` adds or replaces fields. */
export async function post(
  { url, fields }: PostForm,
  file: Blob,
  filename = 'file.txt',
  changes: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changes })) form.append(name, value);
  form.append('file', file, filename);
  return fetch(url, { method: 'POST', body: form, redirect: 'manual' });
}

const reasonOf = async (response: Response) => /<Code>(\w+)/.exec(await response.text())?.[1];
const decodeText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Cases about signed forms and signed starts of resumable uploads. */
export const forms: Suite<StorageKit> = {
  title: 'forms',
  cases: [
    {
      title: 'take a file with its type and metadata',
      async run({ driver, container, requestsOf }) {
        const home = await container();
        let form: PostForm | undefined;
        const options = {
          objectName: 'été/${filename}',
          contentType: 'text/x-own',
          metadata: { kind: 'blue' },
          maxBytes: 100,
          successStatus: 201,
        } as const;
        const sent = await requestsOf(async () => {
          form = await google(driver).exPresignPostForm(home, options);
        });
        expect(sent ?? 0, 'requests for signing').toBe(0);
        const answer = await post(form as PostForm, new Blob(['content 😀']), 'a b.txt');
        expect(answer.status).toBe(201);
        expect(await answer.text()).toContain('<Key>été/a b.txt</Key>');
        const object = await driver.getObject(home, 'été/a b.txt');
        expect(object).toMatchObject({ contentType: 'text/x-own', metadata: { kind: 'blue' } });
        expect(decodeText(await driver.readObject(object))).toBe('content 😀');
      },
    },
    {
      title: 'let the page choose only a name with the required prefix',
      async run({ driver, container }) {
        const home = await container();
        const form = await google(driver).exPresignPostForm(home, { objectNamePrefix: 'user/' });
        const statuses = [];
        for (const key of ['user/own', 'other/own', '../user/', 'use']) {
          statuses.push((await post(form, new Blob(['x']), 'f', { key })).status);
        }
        expect(statuses).toEqual([204, 400, 400, 400]);
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['user/own']);
      },
    },
    {
      title: 'refuse a wrong size, type, field, signature or container',
      async run({ driver, container }) {
        const [home, other] = [await container(), await container()];
        const options = { objectName: 'a', minBytes: 2, maxBytes: 4, contentTypePrefix: 'image/' };
        const form = await google(driver).exPresignPostForm(home, options);
        const image = { 'content-type': 'image/x-own' };
        const fields = { ...form.fields, 'x-goog-signature': '0'.repeat(64) };
        const tries = [
          await post(form, new Blob(['12345']), 'f', image),
          await post(form, new Blob(['1']), 'f', image),
          await post(form, new Blob(['123']), 'f', { 'content-type': 'text/html' }),
          await post(form, new Blob(['123']), 'f', { ...image, 'x-goog-meta-more': 'x' }),
          await post(form, new Blob(['123']), 'f', { ...image, acl: 'public-read' }),
          await post({ ...form, fields }, new Blob(['123']), 'f', image),
          await post({ ...form, url: form.url.replace(home, other) }, new Blob(['123']), 'f', image),
        ];
        expect(await Promise.all(tries.map(reasonOf))).toEqual([
          'EntityTooLarge',
          'EntityTooSmall',
          'InvalidPolicyDocument',
          'InvalidPolicyDocument',
          'InvalidPolicyDocument',
          'SignatureDoesNotMatch',
          'InvalidPolicyDocument',
        ]);
        expect([...(await driver.listContainerObjects(home)), ...(await driver.listContainerObjects(other))]).toEqual(
          [],
        );
        expect((await post(form, new Blob(['123']), 'f', image)).status, 'as allowed').toBe(204);
      },
    },
    {
      title: 'redirect the browser',
      async run({ driver, container }) {
        const options = { objectName: 'a', successRedirect: 'https://example.com/done?x=1' };
        const form = await google(driver).exPresignPostForm(await container(), options);
        const answer = await post(form, new Blob(['x']));
        expect(answer.status).toBe(303);
        expect(answer.headers.get('location')).toMatch(/^https:\/\/example\.com\/done\?x=1&bucket=.+&key=a&etag=/);
      },
    },
    {
      title: 'give the signed access',
      async run({ driver, container, requestUrl }) {
        const form = await google(driver).exPresignPostForm(await container(), {
          objectName: 'a',
          predefinedAcl: 'public-read',
        });
        expect((await post(form, new Blob(['x']))).status).toBe(204);
        expect((await requestUrl({ method: 'GET', url: `${form.url}a` })).status).toBe(200);
      },
    },
    {
      title: 'are refused before they are signed when the options are wrong',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        await failsUnsent(() => google(driver).exPresignPostForm(home, { objectName: 'a', maxBytes: -1 }), {
          code: 'invalid-argument',
          details: { operation: 'exPresignPostForm', field: 'maxBytes' },
        });
      },
    },
    {
      title: 'can be replaced by a signed URL that only starts a resumable upload',
      async run({ driver, container, requestUrl }) {
        const home = await container();
        const options = { method: 'POST', contentType: 'text/x-own' } as const;
        const url = await google(driver).presignObjectUrl({ container: home, name: 'a b' }, options);
        const start = { 'x-goog-resumable': 'start', 'content-type': 'text/x-own' };
        expect((await requestUrl({ method: 'POST', url, headers: { 'content-type': 'text/x-own' } })).status).toBe(400);
        expect((await requestUrl({ method: 'PUT', url, headers: start })).status).toBe(403);
        const started = await requestUrl({ method: 'POST', url, headers: start });
        expect(started.status).toBe(201);
        const { location = '' } = started.headers;
        const first = new Uint8Array(256 * 1024).fill(1);
        const last = new Uint8Array(10).fill(2);
        const total = first.length + last.length;
        const send = (body: Uint8Array, from: number) =>
          requestUrl({
            method: 'PUT',
            url: location,
            body,
            headers: { 'content-range': `bytes ${from}-${from + body.length - 1}/${total}` },
          });
        expect((await send(first, 0)).status).toBe(308);
        expect((await send(last, first.length)).status).toBe(200);
        expect(await driver.getObject(home, 'a b')).toMatchObject({ sizeBytes: total, contentType: 'text/x-own' });
      },
    },
  ],
};

/** The calls whose exchanges are compared. */
export const formScripts: readonly Script<AnyStorage>[] = [
  {
    title: 'exPresignPostForm',
    needs: 'presignedUrls',
    run: async (driver, { container }) => {
      const { url, fields } = await google(driver).exPresignPostForm(container, { objectName: 'a', maxBytes: 5 });
      return [url, Object.keys(fields), fields.key, fields['x-goog-algorithm']];
    },
  },
  {
    title: 'exPresignPostForm without a name',
    needs: 'presignedUrls',
    run: (driver, { container }) => google(driver).exPresignPostForm(container, {}),
  },
];
