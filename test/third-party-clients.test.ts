/**
 * Unchanged third-party clients against the emulator: what works with the real service works here.
 */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as s3 from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type Emulator, type JournalEntry, startEmulator } from '@isobar/emulator';
import { AwsClient } from 'aws4fetch';
import * as minio from 'minio';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

/** Names that break when they are encoded twice, not encoded, or normalised. */
const AWKWARD_NAMES = ['plain', 'dir/été 1+1.txt', 'a//b/../c', '日本/🙂 & <x>', 'q?=#%\'"(!*)~', 'tail/'];
const MIB = 1024 * 1024;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(async () => {
  await fetch(`${emulator.storage}/_emulator/reset`, { method: 'POST' });
});

const requests = async (): Promise<JournalEntry[]> =>
  (await fetch(`${emulator.storage}/_emulator/requests`)).json() as Promise<JournalEntry[]>;

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('AWS SDK for JavaScript', () => {
  const Bucket = 'aws-sdk-bucket';
  let client: s3.S3Client;

  function connect(options: s3.S3ClientConfig = {}): s3.S3Client {
    const { accessKey: accessKeyId, secret: secretAccessKey, storage: endpoint } = emulator;
    return new s3.S3Client({
      endpoint,
      region: 'auto',
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
      ...options,
    });
  }

  beforeAll(() => {
    client = connect();
  });
  afterAll(() => client.destroy());
  beforeEach(() => client.send(new s3.CreateBucketCommand({ Bucket })));

  test('buckets', async () => {
    const { Buckets } = await client.send(new s3.ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
    await client.send(new s3.HeadBucketCommand({ Bucket }));
    await expect(client.send(new s3.HeadBucketCommand({ Bucket: 'no-such-bucket' }))).rejects.toThrow(s3.NotFound);
    await expect(client.send(new s3.CreateBucketCommand({ Bucket }))).rejects.toThrow(s3.BucketAlreadyOwnedByYou);
    await client.send(new s3.DeleteBucketCommand({ Bucket }));
    expect((await client.send(new s3.ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  });

  test.each(AWKWARD_NAMES)('put, head, get, delete: %s', async (Key) => {
    const Metadata = { reviewer: 'jane' };
    const ETag = `"${createHash('md5').update('hello').digest('hex')}"`;
    const put = await client.send(
      new s3.PutObjectCommand({ Bucket, Key, Body: 'hello', ContentType: 'text/plain', Metadata }),
    );
    expect(put.ETag).toBe(ETag);
    const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({ ETag, ContentLength: 5, ContentType: 'text/plain', Metadata });
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe('hello');
    const range = await client.send(new s3.GetObjectCommand({ Bucket, Key, Range: 'bytes=1-3' }));
    expect([range.ContentRange, await range.Body?.transformToString()]).toEqual(['bytes 1-3/5', 'ell']);
    await client.send(new s3.DeleteObjectCommand({ Bucket, Key }));
    await expect(client.send(new s3.GetObjectCommand({ Bucket, Key }))).rejects.toThrow(s3.NoSuchKey);
  });

  test('lists in both versions, page by page, with unchanged names', async () => {
    for (const Key of AWKWARD_NAMES) await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const sorted = [...AWKWARD_NAMES].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const pages = await collected(s3.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket }));
    expect(pages).toHaveLength(3);
    expect(pages.flatMap(({ Contents }) => Contents?.map(({ Key }) => Key))).toEqual(sorted);
    const names: (string | undefined)[] = [];
    for (let Marker: string | undefined; ; ) {
      const page = await client.send(new s3.ListObjectsCommand({ Bucket, MaxKeys: 2, ...(Marker && { Marker }) }));
      names.push(...(page.Contents ?? []).map(({ Key }) => Key));
      Marker = page.NextMarker;
      if (page.IsTruncated !== true) break;
    }
    expect(names).toEqual(sorted);
    const { CommonPrefixes } = await client.send(new s3.ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect(CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'dir/', 'tail/', '日本/']);
  });

  test('copies, and deletes many objects', async () => {
    const Key = 'dir/été 1+1.txt';
    await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'copied', Metadata: { a: 'b' } }));
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
    const copy = await client.send(new s3.CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    expect(copy.CopyObjectResult?.ETag).toMatch(/^"[\da-f]{32}"$/);
    const { Metadata, Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'copy' }));
    expect([Metadata, await Body?.transformToString()]).toEqual([{ a: 'b' }, 'copied']);
    const Objects = [Key, 'copy', 'missing'].map((name) => ({ Key: name }));
    const { Deleted, Errors } = await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect([Deleted?.length, Errors]).toEqual([3, undefined]);
    expect((await client.send(new s3.ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test('uploads a stream in chunks with a trailing checksum', async () => {
    const content = randomBytes(300_000);
    const Body = Readable.from([content.subarray(0, 100_000), content.subarray(100_000)]);
    const put = { Bucket, Key: 'streamed', Body, ContentLength: content.length, ContentEncoding: 'identity' };
    await client.send(new s3.PutObjectCommand(put));
    // The signed trailer shows that the body was framed.
    const sent = (await requests()).find(({ method, target }) => method === 'PUT' && target.includes('streamed'));
    expect(sent?.signedHeaders).toContain('x-amz-trailer');
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(got.ContentEncoding).toBe('identity');
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
  });

  test('multipart: by its upload manager, and by single calls', async () => {
    const content = randomBytes(11 * MIB);
    const params = { Bucket, Key: 'multipart', Body: Readable.from(content), Metadata: { parts: '3' } };
    await new Upload({ client, params, partSize: 5 * MIB }).done();
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'multipart' }));
    expect(got.Metadata).toEqual({ parts: '3' });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);

    const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'by hand' }));
    const part = { Bucket, Key: 'by hand', UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new s3.UploadPartCommand({ ...part, Body: 'part' }));
    const { Parts } = await client.send(new s3.ListPartsCommand(part));
    expect(Parts).toMatchObject([{ PartNumber: 1, Size: 4, ETag }]);
    const { Uploads } = await client.send(new s3.ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads).toMatchObject([{ Key: 'by hand', UploadId }]);
    await client.send(new s3.AbortMultipartUploadCommand(part));
    await expect(client.send(new s3.ListPartsCommand(part))).rejects.toThrow(s3.NoSuchUpload);
  });

  test('presigned URLs', async () => {
    const Key = 'dir/été 1+1.txt';
    const put = await getSignedUrl(client, new s3.PutObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    expect((await fetch(put, { method: 'PUT', body: 'presigned' })).status).toBe(200);
    const disposition = 'attachment; filename="a b.txt"';
    const command = new s3.GetObjectCommand({ Bucket, Key, ResponseContentDisposition: disposition });
    const got = await fetch(await getSignedUrl(client, command, { expiresIn: 60 }));
    expect([await got.text(), got.headers.get('content-disposition')]).toEqual(['presigned', disposition]);
    expect((await fetch(put.replace('presigned', '').replace(/.$/, '0'), { method: 'DELETE' })).status).toBe(403);
  });

  test('with a wrong secret nothing works (control)', async () => {
    const credentials = { accessKeyId: emulator.accessKey, secretAccessKey: 'wrong' };
    const stranger = connect({ credentials });
    await expect(stranger.send(new s3.ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
    stranger.destroy();
  });
});

describe('MinIO client', () => {
  const bucket = 'minio-bucket';
  let client: minio.Client;
  beforeAll(() => {
    const { accessKey, secret: secretKey } = emulator;
    const { hostname: endPoint, port } = new URL(emulator.storage);
    client = new minio.Client({ endPoint, port: Number(port), useSSL: false, accessKey, secretKey, partSize: 5 * MIB });
  });
  beforeEach(() => client.makeBucket(bucket));

  test('buckets', async () => {
    expect((await client.listBuckets()).map(({ name }) => name)).toEqual([bucket]);
    expect([await client.bucketExists(bucket), await client.bucketExists('no-such-bucket')]).toEqual([true, false]);
    await client.removeBucket(bucket);
    expect(await client.bucketExists(bucket)).toBe(false);
  });

  test.each(AWKWARD_NAMES)('put, stat, get, remove: %s', async (name) => {
    await client.putObject(bucket, name, 'hello', 5, { 'Content-Type': 'text/plain', 'X-Amz-Meta-Reviewer': 'jane' });
    const { size, metaData } = await client.statObject(bucket, name);
    expect([size, metaData]).toMatchObject([5, { 'content-type': 'text/plain', reviewer: 'jane' }]);
    expect(await text(await client.getObject(bucket, name))).toBe('hello');
    expect(await text(await client.getPartialObject(bucket, name, 1, 3))).toBe('ell');
    await client.removeObject(bucket, name);
    await expect(client.statObject(bucket, name)).rejects.toMatchObject({ code: 'NotFound' });
  });

  test('lists in both versions, and removes many objects', async () => {
    for (const name of AWKWARD_NAMES) await client.putObject(bucket, name, '');
    const sorted = [...AWKWARD_NAMES].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const v2: minio.BucketItem[] = await collected(client.listObjectsV2(bucket, '', true));
    expect(v2.map(({ name }) => name)).toEqual(sorted);
    const v1: minio.BucketItem[] = await collected(client.listObjects(bucket, '', false));
    expect(v1.flatMap(({ prefix }) => prefix ?? [])).toEqual(['a/', 'dir/', 'tail/', '日本/']);
    await client.removeObjects(bucket, AWKWARD_NAMES);
    expect(await collected(client.listObjectsV2(bucket, '', true))).toEqual([]);
  });

  test('a stream, in parts', async () => {
    const content = randomBytes(11 * MIB);
    const chunks = Array.from({ length: 11 }, (_, index) => content.subarray(index * MIB, (index + 1) * MIB));
    await client.putObject(bucket, 'parts', Readable.from(chunks), content.length);
    expect((await buffer(await client.getObject(bucket, 'parts'))).equals(content)).toBe(true);
    const targets = (await requests()).filter(({ method }) => method === 'PUT').map(({ target }) => target);
    // The client decides how many.
    expect(targets.filter((target) => target.includes('partNumber=')).length).toBeGreaterThan(1);
  });

  test('copies, and presigned URLs', async () => {
    const url = await client.presignedPutObject(bucket, 'dir/été.txt', 60);
    expect((await fetch(url, { method: 'PUT', body: 'presigned' })).status).toBe(200);
    await client.copyObject(bucket, 'copy', `/${bucket}/dir/été.txt`);
    expect(await (await fetch(await client.presignedGetObject(bucket, 'copy', 60))).text()).toBe('presigned');
  });

  test('a POST policy', async () => {
    const policy = client.newPostPolicy();
    policy.setBucket(bucket);
    policy.setKeyStartsWith('user/');
    policy.setExpires(new Date(Date.now() + 60_000));
    policy.setContentLengthRange(1, 10);
    const { postURL, formData } = await client.presignedPostPolicy(policy);
    const send = (name: string) => {
      const form = new FormData();
      for (const [field, value] of Object.entries({ ...formData, key: name })) form.append(field, String(value));
      form.append('file', new Blob(['posted']), 'a.txt');
      return fetch(postURL, { method: 'POST', body: form });
    };
    expect([(await send('user/a')).status, (await send('root/a')).status]).toEqual([204, 400]);
    expect(await text(await client.getObject(bucket, 'user/a'))).toBe('posted');
  });
});

test('aws4fetch: signatures in headers and in URLs', async () => {
  const { accessKey: accessKeyId, secret: secretAccessKey, storage } = emulator;
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: 's3', region: 'auto', retries: 0 });
  const send = async (method: string, path: string, body?: string) => {
    const response = await client.fetch(`${storage}${path}`, { method, ...(body === undefined ? {} : { body }) });
    return [response.status, await response.text()];
  };
  expect((await send('PUT', '/fetch-bucket'))[0]).toBe(200);
  expect((await send('PUT', '/fetch-bucket/dir/%C3%A9t%C3%A9%201', 'hello'))[0]).toBe(200);
  expect(await send('GET', '/fetch-bucket/dir/%C3%A9t%C3%A9%201')).toEqual([200, 'hello']);
  expect((await send('GET', '/fetch-bucket?list-type=2&prefix=dir%2F'))[1]).toContain('<Key>dir/été 1</Key>');
  const url = `${storage}/fetch-bucket/dir/%C3%A9t%C3%A9%201`;
  const signed = await client.sign(url, { aws: { signQuery: true } });
  expect(await (await fetch(signed)).text()).toBe('hello');
  expect((await fetch(url)).status).toBe(403);
  expect((await send('DELETE', '/fetch-bucket/dir/%C3%A9t%C3%A9%201'))[0]).toBe(204);
});

test('Apache Libcloud', async ({ skip }) => {
  const run = promisify(execFile);
  const installed = await run('python3', ['-c', 'import libcloud']).then(
    () => true,
    () => false,
  );
  if (!installed) return skip('python3 has no libcloud here; Debian has it as python3-libcloud');
  const { hostname, port } = new URL(emulator.storage);
  const program = fileURLToPath(new URL('programs/libcloud-storage.py', import.meta.url));
  const { stdout } = await run('python3', [program, hostname, port, emulator.accessKey, emulator.secret]);
  expect(JSON.parse(stdout)).toEqual({
    duplicate: 'ContainerAlreadyExistsError',
    containers: ['libcloud-bucket'],
    names: ['dir/n 1.txt', 'file'],
    prefixed: ['dir/n 1.txt'],
    object: [14, createHash('md5').update('hello libcloud').digest('hex'), { reviewer: 'jane' }],
    content: 'hello libcloud',
    range: 'ello',
    permissions: [
      [3, 2],
      [3, null],
    ],
    notEmpty: 'ContainerIsNotEmptyError',
    gone: 'ContainerDoesNotExistError',
  });
});
