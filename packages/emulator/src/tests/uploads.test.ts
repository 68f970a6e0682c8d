import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc32c, encodeCrc32c } from '../crc32c.ts';
import { type Emulator, startEmulator } from '../index.ts';
import { elements, exchange, rawExchange, signed } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await signed(emulator, 'PUT', '/upl');
});
afterAll(() => emulator.close());

const call = (method: string, target: string, body: string | Uint8Array = '', headers = {}) =>
  signed(emulator, method, target, { body, headers });
const partBytes = Buffer.alloc(5 * 1024 * 1024, 'part');

async function start(target: string, headers = {}): Promise<string> {
  return elements((await call('POST', `${target}?uploads`, '', headers)).text, 'UploadId')[0] ?? '';
}

function completion(parts: readonly (readonly [number, string])[]): string {
  const rows = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  return `<CompleteMultipartUpload>${rows.join('')}</CompleteMultipartUpload>`;
}

describe('multipart', () => {
  test('parts in any order, one replaced, one left out', async () => {
    const id = await start('/upl/joined', { 'x-goog-meta-a': 'b', 'content-type': 'text/plain' });
    const put = async (number: number, body: string | Uint8Array) =>
      String((await call('PUT', `/upl/joined?partNumber=${number}&uploadId=${id}`, body)).headers.etag);
    const last = await put(3, 'tail');
    await put(1, 'replaced later');
    const first = await put(1, partBytes);
    await put(2, 'left out');
    const listed = await call('GET', `/upl/joined?max-parts=2&uploadId=${id}`);
    expect(elements(listed.text, 'PartNumber')).toEqual(['1', '2']);
    expect(elements(listed.text, 'NextPartNumberMarker')).toEqual(['2']);
    const done = await call(
      'POST',
      `/upl/joined?uploadId=${id}`,
      completion([
        [1, first],
        [3, last.replaceAll('"', '')],
      ]),
    );
    expect(done.status).toBe(200);
    expect(done.text).toMatch(/<ETag>"[^"]*-2"<\/ETag>/);
    const whole = Buffer.concat([partBytes, Buffer.from('tail')]);
    const read = await call('GET', '/upl/joined');
    expect(read.body.equals(whole)).toBe(true);
    expect(read.headers).toMatchObject({
      'x-goog-meta-a': 'b',
      'content-type': 'text/plain',
      'x-goog-hash': `crc32c=${encodeCrc32c(crc32c(whole))}`,
    });
  });

  test('a completed or aborted upload can be completed or aborted again, and nothing else', async () => {
    const open = async (name: string) => {
      const id = await start(name);
      const put = () => call('PUT', `${name}?partNumber=1&uploadId=${id}`, 'part');
      const etag = String((await put()).headers.etag);
      const complete = () => call('POST', `${name}?uploadId=${id}`, completion([[1, etag]]));
      return { id, put, complete, abort: () => call('DELETE', `${name}?uploadId=${id}`) };
    };
    const completed = await open('/upl/twice');
    const [first, second] = await Promise.all([completed.complete(), completed.complete()]);
    const third = await completed.complete();
    for (const answer of [first, second, third]) {
      expect([answer.status, answer.text]).toEqual([200, first.text]);
      expect(answer.headers['x-goog-generation']).toBe(first.headers['x-goog-generation']);
    }
    expect([(await completed.put()).code, (await completed.abort()).code]).toEqual(['NoSuchUpload', 'NoSuchUpload']);
    expect((await call('GET', `/upl/twice?uploadId=${completed.id}`)).code).toBe('NoSuchUpload');
    await call('PUT', '/upl/twice', 'replaced');
    expect((await completed.complete()).code).toBe('NoSuchUpload');
    expect((await call('GET', '/upl/twice')).text).toBe('replaced');

    const aborted = await open('/upl/never');
    expect([(await aborted.abort()).status, (await aborted.abort()).status]).toEqual([204, 204]);
    expect([(await aborted.put()).code, (await aborted.complete()).code]).toEqual(['NoSuchUpload', 'NoSuchUpload']);
    expect((await call('DELETE', '/upl/never?uploadId=unknown')).code).toBe('NoSuchUpload');
    const listed = elements((await call('GET', '/upl?uploads')).text, 'UploadId');
    expect(listed.filter((id) => id === completed.id || id === aborted.id)).toEqual([]);
  });

  test('an upload that cannot be completed stays open', async () => {
    const id = await start('/upl/refused');
    const etags: string[] = [];
    for (const number of [1, 2]) {
      etags.push(String((await call('PUT', `/upl/refused?partNumber=${number}&uploadId=${id}`, 'small')).headers.etag));
    }
    const [one = '', two = ''] = etags;
    const complete = async (body: string) => (await call('POST', `/upl/refused?uploadId=${id}`, body)).code;
    expect(
      await complete(
        completion([
          [2, two],
          [1, one],
        ]),
      ),
    ).toBe('InvalidPartOrder');
    expect(
      await complete(
        completion([
          [1, one],
          [1, one],
        ]),
      ),
    ).toBe('InvalidPartOrder');
    expect(
      await complete(
        completion([
          [1, one],
          [7, two],
        ]),
      ),
    ).toBe('InvalidPart');
    expect(await complete(completion([[1, '"00"']]))).toBe('InvalidPart');
    expect(
      await complete(
        completion([
          [1, one],
          [2, two],
        ]),
      ),
    ).toBe('EntityTooSmall');
    expect(await complete(completion([]))).toBe('MalformedXML');
    expect(await complete('<!DOCTYPE x><CompleteMultipartUpload/>')).toBe('MalformedXML');
    expect((await call('GET', '/upl/refused')).status).toBe(404);
    expect(await complete(completion([[2, two]]))).toBeUndefined();
    expect((await call('GET', '/upl/refused')).text).toBe('small');
  });

  test('part numbers, digests and copies are checked', async () => {
    const id = await start('/upl/checked');
    for (const number of ['0', '10001', 'x']) {
      expect((await call('PUT', `/upl/checked?partNumber=${number}&uploadId=${id}`, 'x')).code).toBe('InvalidArgument');
    }
    const target = `/upl/checked?partNumber=1&uploadId=${id}`;
    expect((await call('PUT', target, 'x', { 'x-goog-hash': 'crc32c=AAAAAA==' })).code).toBe('BadDigest');
    expect((await call('PUT', target, '', { 'x-goog-copy-source': '/upl/joined' })).code).toBe('NotImplemented');
    expect((await call('PUT', '/upl/checked?partNumber=1&uploadId=none', 'x')).code).toBe('NoSuchUpload');
    expect((await call('PUT', `/upl/elsewhere?partNumber=1&uploadId=${id}`, 'x')).code).toBe('NoSuchUpload');
    const pinned = await call('POST', '/upl/checked?uploads', '', { 'x-goog-if-generation-match': '0' });
    expect([pinned.status, pinned.code]).toEqual([400, 'NotImplemented']);
  });

  test('uploads are listed page by page, and aborted', async () => {
    await call('PUT', '/up-list');
    const ids: string[] = [];
    for (const key of ['d/1', 'd/2', 'e', 'e', 'e']) ids.push(await start(`/up-list/${key}`));
    const seen: string[] = [];
    let next = '';
    do {
      const { text } = await call('GET', `/up-list?${next}max-uploads=2&uploads`);
      seen.push(...elements(text, 'UploadId'));
      const [key, id] = [elements(text, 'NextKeyMarker')[0], elements(text, 'NextUploadIdMarker')[0]];
      next = key === undefined ? '' : `key-marker=${encodeURIComponent(key)}&upload-id-marker=${id}&`;
    } while (next !== '');
    expect([...seen].sort()).toEqual([...ids].sort());
    const rolled = await call('GET', '/up-list?delimiter=%2F&uploads');
    expect(rolled.text).toContain('<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>');
    expect((await call('DELETE', `/up-list/d/1?uploadId=${ids[0]}`)).status).toBe(204);
    expect(elements((await call('GET', '/up-list?uploads')).text, 'UploadId')).not.toContain(ids[0]);
    expect((await call('DELETE', '/up-list')).status).toBe(204);
  });
});

describe('resumable', () => {
  const unit = Buffer.alloc(256 * 1024, 'unit');
  const session = async (target: string, headers = {}) => {
    const answer = await call('POST', target, '', { 'x-goog-resumable': 'start', ...headers });
    expect(answer.status).toBe(201);
    return String(answer.headers.location).slice(emulator.storage.length);
  };
  const send = (target: string, body: Uint8Array | string, range?: string) =>
    exchange(emulator.storage, 'PUT', target, {
      body,
      headers: { 'content-length': body.length, ...(range === undefined ? {} : { 'content-range': range }) },
    });

  test('chunks, status, repetition, end', async () => {
    const target = await session('/upl/resumed', { 'x-goog-meta-a': 'b' });
    expect((await send(target, '', 'bytes */*')).headers.range).toBeUndefined();
    const first = await send(target, unit, `bytes 0-${unit.length - 1}/*`);
    expect([first.status, first.headers.range]).toEqual([308, `bytes=0-${unit.length - 1}`]);
    const ahead = await send(target, unit, `bytes ${unit.length * 2}-${unit.length * 3 - 1}/*`);
    expect([ahead.status, ahead.headers.range]).toEqual([308, `bytes=0-${unit.length - 1}`]);
    expect((await send(target, 'odd', `bytes ${unit.length}-${unit.length + 2}/*`)).code).toBe('InvalidArgument');
    const again = await send(target, Buffer.concat([unit, unit]), `bytes 0-${unit.length * 2 - 1}/*`);
    expect(again.headers.range).toBe(`bytes=0-${unit.length * 2 - 1}`);
    const total = unit.length * 2 + 3;
    const done = await send(target, 'end', `bytes ${unit.length * 2}-${total - 1}/${total}`);
    const whole = Buffer.concat([unit, unit, Buffer.from('end')]);
    expect([done.status, done.headers.etag]).toEqual([200, `"${createHash('md5').update(whole).digest('hex')}"`]);
    const status = await send(target, '', `bytes */${total}`);
    expect([status.status, status.headers['x-goog-generation']]).toEqual([200, done.headers['x-goog-generation']]);
    const read = await call('GET', '/upl/resumed');
    expect([read.body.equals(whole), read.headers['x-goog-meta-a']]).toEqual([true, 'b']);
  });

  test('in one request, with a precondition and a digest', async () => {
    const target = await session('/upl/once', { 'x-goog-if-generation-match': '0', 'x-goog-hash': 'crc32c=4waSgw==' });
    const other = await session('/upl/once', { 'x-goog-if-generation-match': '0' });
    expect((await send(target, '12345678')).code).toBe('BadDigest');
    const right = await session('/upl/once', { 'x-goog-if-generation-match': '0', 'x-goog-hash': 'crc32c=4waSgw==' });
    expect((await send(right, '123456789')).status).toBe(200);
    expect((await send(other, 'late')).code).toBe('PreconditionFailed');
  });

  test('bytes received before the connection broke are kept, in whole units', async () => {
    const target = await session('/upl/broken');
    const head = `PUT ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\nContent-Range: bytes 0-999999/1000000\r\n\r\n`;
    await rawExchange(emulator.storage, head + unit.toString('latin1') + 'x'.repeat(1000), true);
    await expect
      .poll(async () => (await send(target, '', 'bytes */*')).headers.range)
      .toBe(`bytes=0-${unit.length - 1}`);
  });

  test('can be cancelled', async () => {
    const target = await session('/upl/cancelled');
    expect((await exchange(emulator.storage, 'DELETE', target)).status).toBe(204);
    expect((await send(target, 'x')).code).toBe('NoSuchUpload');
  });
});

describe('copy and compose', () => {
  test('a copy outlives its source; REPLACE replaces its attributes', async () => {
    await call('PUT', '/upl/source%20%2B', 'copied', { 'x-goog-meta-a': 'b', 'content-type': 'text/plain' });
    const copied = await call('PUT', '/upl/copy', '', { 'x-goog-copy-source': 'upl/source%20%2B' });
    expect([copied.status, copied.text.includes('<CopyObjectResult')]).toEqual([200, true]);
    await call('DELETE', '/upl/source%20%2B');
    const read = await call('GET', '/upl/copy');
    expect([read.text, read.headers['x-goog-meta-a'], read.headers['content-type']]).toEqual([
      'copied',
      'b',
      'text/plain',
    ]);
    const headers = { 'x-goog-copy-source': '/upl/copy', 'x-goog-metadata-directive': 'REPLACE', 'x-goog-meta-c': 'd' };
    await call('PUT', '/upl/copy', '', headers);
    const replaced = await call('GET', '/upl/copy');
    expect([replaced.text, replaced.headers['x-goog-meta-a'], replaced.headers['x-goog-meta-c']]).toEqual([
      'copied',
      undefined,
      'd',
    ]);
  });

  test('a copy takes conditions on source and target', async () => {
    await call('PUT', '/upl/pin', 'x');
    const copy = (headers: object) => call('PUT', '/upl/pinned', '', { 'x-goog-copy-source': '/upl/pin', ...headers });
    expect((await copy({ 'x-goog-copy-source-if-match': '"00"' })).code).toBe('PreconditionFailed');
    expect((await copy({ 'x-goog-copy-source-if-generation-match': '1' })).code).toBe('PreconditionFailed');
    expect((await copy({ 'x-goog-if-generation-match': '1' })).code).toBe('PreconditionFailed');
    expect((await copy({ 'x-goog-copy-source': '/upl/none' })).code).toBe('NoSuchKey');
    expect((await copy({ 'x-goog-if-generation-match': '0' })).status).toBe(200);
  });

  test('a composition has the bytes of all components and no MD5', async () => {
    await call('PUT', '/upl/c1', '1234');
    await call('PUT', '/upl/c2', '56789');
    const body =
      '<ComposeRequest><Component><Name>c1</Name></Component><Component><Name>c2</Name></Component></ComposeRequest>';
    const made = await call('PUT', '/upl/composed?compose', body, { 'content-type': 'text/plain' });
    expect([made.status, made.headers['x-goog-component-count']]).toEqual([200, '2']);
    const read = await call('GET', '/upl/composed');
    expect([read.text, read.headers['x-goog-hash']]).toEqual(['123456789', 'crc32c=4waSgw==']);
    expect((await call('PUT', '/upl/composed?compose', body.replace('c2', 'none'))).code).toBe('NoSuchKey');
    expect((await call('PUT', '/upl/composed?compose', '<ComposeRequest/>')).code).toBe('InvalidArgument');
  });
});

test('many objects are deleted in one request', async () => {
  await call('PUT', '/upl/a%26b', 'x');
  const request = (keys: readonly string[], quiet = false) =>
    `<Delete><Quiet>${quiet}</Quiet>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`;
  const answer = await call('POST', '/upl?delete', request(['a&amp;b', 'missing']));
  expect([answer.status, elements(answer.text, 'Key')]).toEqual([200, ['a&amp;b', 'missing']]);
  expect((await call('GET', '/upl/a%26b')).status).toBe(404);
  expect(elements((await call('POST', '/upl?delete', request(['x'], true))).text, 'Key')).toEqual([]);
  const tooMany = await call('POST', '/upl?delete', request(Array.from({ length: 1001 }, (_, index) => `k${index}`)));
  expect([tooMany.status, tooMany.code]).toEqual([400, 'InvalidMultiObjectDeleteRequest']);
  expect((await call('POST', '/upl?delete', request(['a']), { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' })).code).toBe(
    'BadDigest',
  );
});
