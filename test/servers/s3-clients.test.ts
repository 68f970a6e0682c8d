/** What one client writes, the other reads, byte for byte: Isobar, the AWS SDK, boto3 and rclone, on servers of others. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { connect } from '@isobar/design-flag';
import { localFiles } from '@isobar/storage-local';
import { s3 } from '@isobar/storage-s3';
import { copyTree, syncTree, verifyTree } from '@isobar/transfer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountOf, servers } from './conform-servers.ts';

const names = [
  'plain.txt',
  'a//b',
  '/first',
  'last/',
  '../up',
  "ünï/日本 (v2)~*'%.txt",
  '1+1=2 & more',
  '%2F',
  'e\u0301 and \u00e9',
];
const hasBoto = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const hasRclone = spawnSync('rclone', ['version']).status === 0;
/** Names that can be paths below a folder. */
const pathNames = names.filter((name) => !/^\/|\/\/|\/$|^\.\./.test(name));
const botoProgram = `
import boto3, hashlib, json, sys
from botocore.config import Config
given = json.load(sys.stdin)
config = Config(s3={'addressing_style': 'path'}, request_checksum_calculation='when_required')
s3 = boto3.client('s3', endpoint_url=given['endpoint'], region_name='us-east-1', config=config,
  aws_access_key_id=given['accessKeyId'], aws_secret_access_key=given['secretAccessKey'])
read = []
for name in given['names']:
    found = s3.get_object(Bucket=given['bucket'], Key='isobar/' + name)
    read.append({'sha256': hashlib.sha256(found['Body'].read()).hexdigest(), 'one': found['Metadata']['one']})
    s3.put_object(Bucket=given['bucket'], Key='boto/' + name, Body=('by boto3: ' + name).encode(), Metadata={'two': 'of boto3'})
print(json.dumps(read))
`;
const contentOf = (name: string): Buffer => Buffer.concat([Buffer.from(name), Buffer.alloc(70_000, name)]);

describe.each(servers)('$version', (server) => {
  const { endpoint, key: accessKeyId, secret: secretAccessKey } = server;
  const sdk = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const driver = connect(s3, { ...accountOf(server), async: true });
  const Bucket = `isobar-clients-${process.pid}`;
  beforeAll(async () => void (await driver.createContainer(Bucket)));
  afterAll(async () => {
    await driver.deleteObjects(driver.iterateContainerObjects(Bucket));
    if (server.name !== 'fauxqs') {
      for await (const upload of driver.iterateMultipartUploads(Bucket)) await driver.abortMultipartUpload(upload);
    }
    await driver.deleteContainer(Bucket);
    sdk.destroy();
  });

  test.each(names)('%j, written by Isobar, is read by the SDK', async (name) => {
    const options = { contentType: 'text/x-own', metadata: { one: 'a value', two: 'b' }, cacheControl: 'no-store' };
    await driver.writeObject(contentOf(name), Bucket, name, options);
    const { Body, CacheControl, ContentType, Metadata } = await sdk.send(new GetObjectCommand({ Bucket, Key: name }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(contentOf(name));
    expect({ CacheControl, ContentType, Metadata }).toEqual({
      CacheControl: 'no-store',
      ContentType: 'text/x-own',
      Metadata: { one: 'a value', two: 'b' },
    });
  });

  test.each(names)('%j, written by the SDK, is read by Isobar', async (name) => {
    const Key = `sdk/${name}`;
    const command = { Bucket, Key, Body: contentOf(name), ContentType: 'text/x-own', Metadata: { one: 'a value' } };
    await sdk.send(new PutObjectCommand(command));
    expect(Buffer.from(await driver.readObject({ container: Bucket, name: Key }))).toEqual(contentOf(name));
    expect(await driver.getObject(Bucket, Key)).toMatchObject({
      contentType: 'text/x-own',
      metadata: { one: 'a value' },
    });
  });

  test.skipIf(!hasBoto)('what boto3 writes and Isobar writes, each reads of the other', async () => {
    for (const name of names)
      await driver.writeObject(contentOf(name), Bucket, `isobar/${name}`, { metadata: { one: 'a value' } });
    const input = JSON.stringify({ endpoint, accessKeyId, secretAccessKey, bucket: Bucket, names });
    const { stderr, stdout } = spawnSync('python3', ['-c', botoProgram], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    const read = JSON.parse(stdout) as { sha256: string; one: string }[];
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(read).toEqual(names.map((name) => ({ sha256: hash(contentOf(name)), one: 'a value' })));
    for (const name of names) {
      const written = { container: Bucket, name: `boto/${name}` };
      expect(await driver.readText(written)).toBe(`by boto3: ${name}`);
      expect((await driver.getObject(Bucket, written.name)).metadata).toEqual({ two: 'of boto3' });
    }
  });

  test('trees go through it whole: from the disk, within it, and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'isobar-trees-'));
    // fauxqs takes no larger requests.
    const largeBytes = server.name === 'fauxqs' ? 500_000 : 20_000_000;
    const disk = connect(localFiles, { folder, fsync: false, async: true });
    for (const name of [...pathNames, 'large']) {
      mkdirSync(dirname(join(folder, 'up', name)), { recursive: true });
      writeFileSync(join(folder, 'up', name), name === 'large' ? Buffer.alloc(largeBytes, 'isobar ') : contentOf(name));
    }
    mkdirSync(join(folder, 'down'));
    const [up, down] = ['up', 'down'].map((container) => ({ driver: disk, container }));
    const [cloud, copy] = ['tree', 'copy'].map((prefix) => ({ driver, container: Bucket, prefix }));
    if (!up || !down || !cloud || !copy) throw new Error('unreachable');
    const count = pathNames.length + 1;
    // One of the servers sorts names by language.
    const options = { sortListings: true };
    for (const [from, to] of [
      [up, cloud],
      [cloud, copy],
      [copy, down],
    ] as const) {
      expect(await copyTree(from, to, options).report()).toMatchObject({
        copied: count,
        failed: 0,
        failures: [],
        notKept: {},
      });
      expect(await verifyTree(from, to, options).report()).toMatchObject({
        same: count,
        different: 0,
        missing: 0,
        failed: 0,
      });
      expect(await syncTree(from, to, { ...options, delete: true }).report()).toMatchObject({ copied: 0, deleted: 0 });
    }
    rmSync(folder, { recursive: true });
  });

  test.skipIf(!hasRclone)('what rclone writes and Isobar writes, each reads of the other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'isobar-rclone-'));
    const remote = {
      PATH: process.env.PATH,
      RCLONE_CONFIG: '/dev/null',
      RCLONE_LOG_LEVEL: 'ERROR',
      RCLONE_CONFIG_R_TYPE: 's3',
      RCLONE_CONFIG_R_PROVIDER: server.name === 'ceph' ? 'Ceph' : 'Other',
      RCLONE_CONFIG_R_ENDPOINT: endpoint,
      RCLONE_CONFIG_R_REGION: 'us-east-1',
      RCLONE_CONFIG_R_ACCESS_KEY_ID: accessKeyId,
      RCLONE_CONFIG_R_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const rclone = (...args: string[]): string => {
      const ended = spawnSync('rclone', args, { encoding: 'utf8', env: remote });
      expect(ended.stderr + ended.stdout).toBe('');
      return ended.stdout;
    };
    for (const name of pathNames) await driver.writeObject(contentOf(name), Bucket, `for-rclone/${name}`);
    rclone('copy', `R:${Bucket}/for-rclone`, join(folder, 'down'));
    for (const name of pathNames) expect(readFileSync(join(folder, 'down', name))).toEqual(contentOf(name));
    for (const name of pathNames) {
      mkdirSync(dirname(join(folder, 'up', name)), { recursive: true });
      writeFileSync(join(folder, 'up', name), contentOf(`up ${name}`));
    }
    rclone('copy', join(folder, 'up'), `R:${Bucket}/by-rclone`);
    for (const name of pathNames) {
      const written = { container: Bucket, name: `by-rclone/${name}` };
      expect(Buffer.from(await driver.readObject(written))).toEqual(contentOf(`up ${name}`));
      expect((await driver.getObject(Bucket, written.name)).metadata.mtime).toMatch(/^\d+\.\d+$/);
    }
    rmSync(folder, { recursive: true });
  });

  test('both list the same names in the same order', async () => {
    const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket }));
    const listed = await driver.listContainerObjects(Bucket);
    expect(listed.map(({ name }) => name)).toEqual(Contents.map(({ Key }) => Key));
    expect(listed.length).toBeGreaterThanOrEqual(names.length * 2);
  });

  // It takes no body of more than some megabytes, and does not list unfinished uploads.
  test.skipIf(server.name === 'fauxqs')('a long stream of Isobar is one object for the SDK', async () => {
    const piece = new Uint8Array(5 * 1024 * 1024).fill(7);
    await driver.uploadObjectViaStream([piece, piece, piece, piece], Bucket, 'long');
    const { ContentLength } = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'long' }));
    expect(ContentLength).toBe(4 * piece.length);
  });

  test.skipIf(server.name === 'fauxqs')('an upload that the SDK began is listed and aborted by Isobar', async () => {
    const { UploadId } = await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key: 'begun' }));
    await sdk.send(new UploadPartCommand({ Bucket, Key: 'begun', UploadId, PartNumber: 1, Body: 'x' }));
    const [upload] = await driver.iterateMultipartUploads(Bucket).toArray();
    expect(upload).toMatchObject({ name: 'begun', uploadId: UploadId });
    if (upload) await driver.abortMultipartUpload(upload);
    expect(await driver.iterateMultipartUploads(Bucket).toArray()).toEqual([]);
  });

  test('URLs that either signs give the same bytes', async () => {
    await driver.writeObject('signed', Bucket, 'signed object');
    const own = await driver.presignObjectUrl({ container: Bucket, name: 'signed object' });
    const theirs = await getSignedUrl(sdk, new GetObjectCommand({ Bucket, Key: 'signed object' }), { expiresIn: 60 });
    for (const url of [own, theirs]) expect(await (await fetch(url)).text()).toBe('signed');
  });
});

test.skipIf(servers.length > 0)('no server was started: npm run test:servers starts them', () => {});
