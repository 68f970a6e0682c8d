/** Signed URLs, used without credentials. */
import type { PresignOptions } from '@isobar/core';
import { expect, vi } from 'vitest';
import { bytesOf, decodeText, expectSameBytes, MIB, pattern } from '../../bytes.ts';
import type { Suite } from '../../case.ts';
import type { UrlAnswer } from '../../plain-request.ts';
import type { StorageKit } from '../storage-kit.ts';

function expectRefused(answer: UrlAnswer, what: string): void {
  expect(answer.status, `status of ${what}`).toBeGreaterThanOrEqual(400);
  expect(answer.status, `status of ${what}`).toBeLessThan(500);
}

/** Cases about signed URLs. */
export const signedUrls: Suite<StorageKit> = {
  title: 'signed URLs',
  cases: [
    {
      title: 'lets its holder read the object',
      proof: true,
      async run({ driver, container, requestUrl }) {
        const object = await driver.writeObject(pattern(MIB), await container(), 'object', {
          contentType: 'text/x-own',
        });
        const url = await driver.presignObjectUrl(object);
        const { status, headers, body } = await requestUrl({ method: 'GET', url });
        expect([status, headers['content-type']]).toEqual([200, 'text/x-own']);
        expectSameBytes(body, pattern(MIB));
        expect((await requestUrl({ method: 'GET', url })).status, 'a second time').toBe(200);
      },
    },
    {
      title: 'is made without a request, also for a missing object',
      async run({ driver, newName, requestsOf }) {
        const object = { container: newName(), name: 'missing' };
        const sent = await requestsOf(async () => {
          expect(await driver.presignObjectUrl(object)).toMatch(/^https?:\/\//);
        });
        expect(sent ?? 0).toBe(0);
      },
    },
    {
      title: 'lets its holder read the headers of the object',
      async run({ driver, container, requestUrl }) {
        const object = await driver.writeObject('content', await container(), 'object');
        const url = await driver.presignObjectUrl(object, { method: 'HEAD' });
        const { status, headers, body } = await requestUrl({ method: 'HEAD', url });
        expect([status, headers['content-length'], body.length]).toEqual([200, '7', 0]);
      },
    },
    {
      title: 'lets its holder write the object',
      async run({ driver, container, requestUrl }) {
        const object = { container: await container(), name: 'object' };
        const url = await driver.presignObjectUrl(object, { method: 'PUT' });
        const { status } = await requestUrl({ method: 'PUT', url, body: bytesOf('content') });
        expect([200, 201, 204]).toContain(status);
        expect(decodeText(await driver.readObject(object))).toBe('content');
      },
    },
    {
      title: 'lets its holder remove the object',
      async run({ driver, containerWith, requestUrl, fails }) {
        const object = { container: await containerWith(['object', 'kept']), name: 'object' };
        const url = await driver.presignObjectUrl(object, { method: 'DELETE' });
        expect([200, 204]).toContain((await requestUrl({ method: 'DELETE', url })).status);
        await fails(() => driver.readObject(object), { code: 'not-found' });
        expect(await driver.listContainerObjects(object.container)).toHaveLength(1);
      },
    },
    {
      title: 'is for one object, whatever its name',
      async run({ driver, containerWith, requestUrl, storedNames }) {
        const home = await containerWith(storedNames);
        for (const name of storedNames) {
          const url = await driver.presignObjectUrl({ container: home, name });
          const { status, body } = await requestUrl({ method: 'GET', url });
          expect([status, decodeText(body)]).toEqual([200, name]);
        }
      },
    },
    {
      title: 'is for one method, and changes nothing with another',
      async run({ driver, containerWith, requestUrl }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        const methods = ['GET', 'PUT', 'DELETE'] as const;
        for (const method of methods) {
          const url = await driver.presignObjectUrl(object, { method });
          for (const other of methods.filter((known) => known !== method)) {
            const body = other === 'PUT' ? { body: bytesOf('changed') } : {};
            expectRefused(await requestUrl({ method: other, url, ...body }), `${other} with a URL for ${method}`);
          }
        }
        expect(decodeText(await driver.readObject(object))).toBe('object');
      },
    },
    {
      title: 'is refused after a change',
      async run({ driver, containerWith, requestUrl }) {
        const home = await containerWith(['object', 'other']);
        const url = await driver.presignObjectUrl({ container: home, name: 'object' }, { expiresInSeconds: 60 });
        const last = url.at(-1) === '0' ? '1' : '0';
        const [place = '', query = ''] = url.split('?');
        const changed = [
          url.slice(0, -1) + last,
          `${place.replace(/object$/, 'other')}?${query}`,
          place,
          `${url}&response-content-type=text%2Fhtml`,
          url.replace(/([Ee]xpires=)60\b/, '$16000'),
        ];
        for (const [index, wrong] of changed.entries()) {
          expect(wrong, `change ${index}`).not.toBe(url);
          const answer = await requestUrl({ method: 'GET', url: wrong });
          expectRefused(answer, `change ${index}`);
          expect(decodeText(answer.body)).not.toBe('object');
        }
      },
    },
    {
      title: 'is refused after it expires',
      async run({ driver, containerWith, requestUrl }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        // The driver signs both with a clock that is two minutes slow.
        const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 120_000);
        const urlFor = async (expiresInSeconds: number) => await driver.presignObjectUrl(object, { expiresInSeconds });
        const [url, lasting] = [await urlFor(60), await urlFor(600)];
        clock.mockRestore();
        expectRefused(await requestUrl({ method: 'GET', url }), 'the expired URL');
        expect((await requestUrl({ method: 'GET', url: lasting })).status, 'one that lasts longer').toBe(200);
      },
    },
    {
      title: 'requires the media type that it was made for',
      async run({ driver, container, requestUrl }) {
        const object = { container: await container(), name: 'object' };
        const url = await driver.presignObjectUrl(object, { method: 'PUT', contentType: 'text/x-own' });
        const put = (headers: Record<string, string>) =>
          requestUrl({ method: 'PUT', url, headers, body: bytesOf('content') });
        expectRefused(await put({ 'content-type': 'text/html' }), 'another type');
        expectRefused(await put({}), 'no type');
        expect(await driver.listContainerObjects(object.container)).toEqual([]);
        expect([200, 201, 204]).toContain((await put({ 'content-type': 'text/x-own' })).status);
        expect((await driver.getObject(object.container, 'object')).contentType).toBe('text/x-own');
      },
    },
    {
      title: 'makes the service answer with another type and disposition',
      async run({ driver, containerWith, requestUrl }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        const options = {
          responseContentType: 'text/x-other; charset=utf-8',
          responseContentDisposition: 'attachment; filename="a b+c.txt"',
        };
        const url = await driver.presignObjectUrl(object, options);
        const { status, headers } = await requestUrl({ method: 'GET', url });
        expect(status).toBe(200);
        expect(headers['content-type']).toBe(options.responseContentType);
        expect(headers['content-disposition']).toBe(options.responseContentDisposition);
      },
    },
    {
      title: 'says that a missing object is missing',
      async run({ driver, container, requestUrl }) {
        const url = await driver.presignObjectUrl({ container: await container(), name: 'missing' });
        expect((await requestUrl({ method: 'GET', url })).status).toBe(404);
      },
    },
    {
      title: 'does not work when it was made with wrong credentials',
      about: 'credentials',
      async run({ containerWith, open, wrongCredentials, requestUrl }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        const url = await open(wrongCredentials).presignObjectUrl(object);
        expectRefused(await requestUrl({ method: 'GET', url }), 'a URL of wrong credentials');
      },
    },
    {
      title: 'does not show the secret that it was made with',
      async run({ driver, container, secrets }) {
        const url = await driver.presignObjectUrl({ container: await container(), name: 'object' });
        expect(secrets.some((secret) => decodeURIComponent(url).includes(secret))).toBe(false);
      },
    },
    {
      title: 'is not made for an invalid time, method or type',
      async run({ driver, container, failsUnsent }) {
        const object = { container: await container(), name: 'object' };
        const wrong: readonly (readonly [field: string, value: unknown])[] = [
          ...[0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '60', null].map(
            (value) => ['expiresInSeconds', value] as const,
          ),
          ...['PATCH', 'get', '', 5].map((value) => ['method', value] as const),
          ...['a\r\nb', 5].map((value) => ['contentType', value] as const),
          ['responseContentType', 'a\nb'],
          ['responseContentDisposition', 'a\0b'],
        ];
        for (const [field, value] of wrong) {
          const options = { [field]: value } as PresignOptions;
          const details = { operation: 'presignObjectUrl', field };
          await failsUnsent(() => driver.presignObjectUrl(object, options), { code: 'invalid-argument', details });
        }
        for (const place of [undefined, null, 'object', { container: 'a/b', name: 'a' }, { ...object, name: '' }]) {
          const call = () => driver.presignObjectUrl(place as typeof object);
          await failsUnsent(call, { code: 'invalid-argument', details: { operation: 'presignObjectUrl' } });
        }
      },
    },
  ],
};
