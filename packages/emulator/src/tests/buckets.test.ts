import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { elements, exchange, objectPath, signed, unescaped } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const call = (method: string, target: string, body?: string) =>
  signed(emulator, method, target, body === undefined ? {} : { body });

describe('buckets', () => {
  test('are created once, listed, and deleted when empty', async () => {
    expect((await call('PUT', '/first-bucket')).status).toBe(200);
    const again = await call('PUT', '/first-bucket/');
    expect([again.status, again.code]).toEqual([409, 'BucketAlreadyOwnedByYou']);
    expect((await call('HEAD', '/first-bucket')).status).toBe(200);
    expect((await call('HEAD', '/none-bucket')).status).toBe(404);
    const listing = await call('GET', '/');
    expect(elements(listing.text, 'Name')).toContain('first-bucket');
    expect(listing.text).toContain("<ListAllMyBucketsResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'>");
    await call('PUT', '/first-bucket/key', 'x');
    const full = await call('DELETE', '/first-bucket');
    expect([full.status, full.code]).toEqual([409, 'BucketNotEmpty']);
    await call('DELETE', '/first-bucket/key');
    expect((await call('DELETE', '/first-bucket')).status).toBe(204);
    expect((await call('DELETE', '/first-bucket')).code).toBe('NoSuchBucket');
  });

  test.each(['ab', 'Upper', 'a..b', 'a.-b', '-ab', 'ab-', '192.168.1.1', 'goog-x', 'my-google', 'a'.repeat(64), 'a b'])(
    'cannot be called %s',
    async (name) => {
      const answer = await call('PUT', `/${encodeURIComponent(name)}`);
      expect([answer.status, answer.code]).toEqual([400, 'InvalidBucketName']);
    },
  );

  test('have a location and a storage class', async () => {
    const configuration = (location: string) =>
      '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<LocationConstraint>${location}</LocationConstraint><StorageClass>COLDLINE</StorageClass></CreateBucketConfiguration>`;
    expect((await call('PUT', '/placed-bucket', configuration('nowhere'))).code).toBe('InvalidLocationConstraint');
    expect((await call('PUT', '/placed-bucket', '<Create')).code).toBe('MalformedXML');
    expect((await call('PUT', '/placed-bucket', configuration('us-central1'))).status).toBe(200);
    expect((await call('GET', '/placed-bucket?location')).text).toContain('>US-CENTRAL1</LocationConstraint>');
    expect((await call('GET', '/placed-bucket?storageClass')).text).toContain('<StorageClass>COLDLINE</StorageClass>');
    await call('PUT', '/placed-bucket/key', 'x');
    expect((await call('HEAD', '/placed-bucket/key')).headers['x-goog-storage-class']).toBe('COLDLINE');
  });

  test('keep their configuration documents', async () => {
    await call('PUT', '/conf-bucket');
    const rule = '<Rule><Action><Delete/></Action><Condition><Age>1</Age></Condition></Rule>';
    const body = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`;
    expect((await call('GET', '/conf-bucket?lifecycle')).text).toContain(
      '<LifecycleConfiguration></LifecycleConfiguration>',
    );
    expect((await call('PUT', '/conf-bucket?lifecycle', body)).status).toBe(200);
    expect((await call('GET', '/conf-bucket?lifecycle')).text).toContain('<Age>1</Age>');
    expect((await call('PUT', '/conf-bucket?lifecycle', '<CorsConfig/>')).code).toBe('MalformedXML');
    expect((await call('GET', '/conf-bucket?versioning')).text).toContain(
      '<VersioningConfiguration></VersioningConfiguration>',
    );
    for (const name of ['policy', 'object-lock', 'replication']) {
      const answer = await call('GET', `/conf-bucket?${name}`);
      expect([answer.status, answer.code]).toEqual([400, 'NotImplemented']);
    }
    expect((await call('POST', '/conf-bucket')).code).toBe('MethodNotAllowed');
  });

  test('answer preflights from their CORS configuration', async () => {
    await call('PUT', '/cors-bucket');
    const preflight = (origin: string) =>
      exchange(emulator.storage, 'OPTIONS', '/cors-bucket/key', {
        headers: { origin, 'access-control-request-method': 'PUT' },
      });
    expect((await preflight('http://a.example')).headers['access-control-allow-origin']).toBeUndefined();
    const cors =
      '<CorsConfig><Cors><Origins><Origin>http://a.example</Origin></Origins><Methods><Method>PUT</Method></Methods>' +
      '<MaxAgeSec>60</MaxAgeSec></Cors></CorsConfig>';
    await call('PUT', '/cors-bucket?cors', cors);
    const { headers } = await preflight('http://a.example');
    expect([headers['access-control-allow-origin'], headers['access-control-max-age']]).toEqual([
      'http://a.example',
      '60',
    ]);
    expect((await preflight('http://b.example')).headers['access-control-allow-origin']).toBeUndefined();
  });

  test('keep ACLs; a change of an object raises its metageneration', async () => {
    await call('PUT', '/acl-bucket');
    await call('PUT', '/acl-bucket/key', 'x');
    const body =
      '<AccessControlList><Entries><Entry><Scope type="AllUsers"/><Permission>READ</Permission></Entry></Entries></AccessControlList>';
    expect((await call('PUT', '/acl-bucket/key?acl', body)).status).toBe(200);
    expect((await call('GET', '/acl-bucket/key?acl')).text).toContain('<Scope type="AllUsers">');
    const read = await exchange(emulator.storage, 'GET', '/acl-bucket/key');
    expect([read.text, read.headers['x-goog-metageneration']]).toEqual(['x', '2']);
    const amazon = await signed(emulator, 'GET', '/acl-bucket/key?acl', { scheme: 'AWS4' });
    expect(amazon.text).toContain('http://acs.amazonaws.com/groups/global/AllUsers');
    expect((await call('PUT', '/acl-bucket/key?acl', body.replace('READ', 'EAT'))).code).toBe('MalformedACLError');
  });
});

describe('listing', () => {
  /** Everything that a listing gives, from all pages: keys and common prefixes. */
  async function collect(bucket: string, version: 1 | 2, parameters: string, maxKeys: number): Promise<string[]> {
    const seen: string[] = [];
    let next = '';
    for (;;) {
      const query = `encoding-type=url&max-keys=${maxKeys}${parameters}${next}${version === 2 ? '&list-type=2' : ''}`;
      const { text } = await call('GET', `/${bucket}?${query}`);
      const name = (encoded: string) => decodeURIComponent(unescaped(encoded).replaceAll('+', ' '));
      const keys = elements(text, 'Key').map(name);
      const prefixes = elements(text, 'CommonPrefixes').map((inner) => name(elements(inner, 'Prefix')[0] ?? ''));
      expect(keys.length + prefixes.length).toBeLessThanOrEqual(maxKeys);
      seen.push(...keys, ...prefixes);
      if (elements(text, 'IsTruncated')[0] !== 'true') return seen.sort(byBytes);
      const [marker = ''] = elements(text, version === 2 ? 'NextContinuationToken' : 'NextMarker');
      next =
        version === 2
          ? `&continuation-token=${encodeURIComponent(marker)}`
          : `&marker=${encodeURIComponent(name(marker))}`;
    }
  }

  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

  const piece = fc.constantFrom('a', 'b', '/', '--', 'é', ' ', '+', '&', '😀', '\uffff', '%');
  const name = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));

  test('any keys, prefix, delimiter and page size: both versions match the definition', async () => {
    let count = 0;
    const setting = fc.record({
      names: fc.uniqueArray(name, { minLength: 1, maxLength: 14 }),
      prefix: fc.oneof(fc.constant(''), name),
      delimiter: fc.constantFrom('', '/', '--', 'é'),
      maxKeys: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(setting, async ({ names, prefix, delimiter, maxKeys }) => {
        const bucket = `list-${count++}`;
        await call('PUT', `/${bucket}`);
        await Promise.all(names.map((key) => call('PUT', objectPath(bucket, key), '')));
        const rolled = names
          .filter((key) => key.startsWith(prefix))
          .map((key) => {
            const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
            return at < 0 ? key : key.slice(0, at + delimiter.length);
          });
        const expected = [...new Set(rolled)].sort(byBytes);
        const parameters = `${prefix ? `&prefix=${encodeURIComponent(prefix)}` : ''}${delimiter ? `&delimiter=${encodeURIComponent(delimiter)}` : ''}`;
        expect(await collect(bucket, 1, parameters, maxKeys)).toEqual(expected);
        expect(await collect(bucket, 2, parameters, maxKeys)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  test('the two versions differ in their paging elements', async () => {
    await call('PUT', '/paging-bucket');
    for (const key of ['a', 'b/1', 'b/2', 'c']) await call('PUT', `/paging-bucket/${key}`, 'x');
    const first = await call('GET', '/paging-bucket?delimiter=%2F&max-keys=2');
    expect(first.text).toContain('<Marker></Marker><NextMarker>b/</NextMarker>');
    expect(first.text).toContain('<Delimiter>/</Delimiter>');
    const second = await call('GET', '/paging-bucket?delimiter=%2F&marker=b%2F');
    expect([elements(second.text, 'Key'), elements(second.text, 'IsTruncated')]).toEqual([['c'], ['false']]);
    const v2 = await call('GET', '/paging-bucket?fetch-owner=true&list-type=2&start-after=b%2F1');
    expect([elements(v2.text, 'Key'), elements(v2.text, 'KeyCount')]).toEqual([['b/2', 'c'], ['2']]);
    expect([v2.text.includes('<StartAfter>b/1</StartAfter>'), v2.text.includes('<Owner><ID>')]).toEqual([true, true]);
    expect(v2.text).not.toContain('<Marker>');
    const probe = await call('GET', '/paging-bucket?max-keys=0');
    expect([elements(probe.text, 'Key'), elements(probe.text, 'IsTruncated')]).toEqual([[], ['false']]);
    const etag = elements((await call('GET', '/paging-bucket?prefix=a')).text, 'ETag');
    expect(etag).toEqual(['"9dd4e461268c8034f5c8564e155c67a6"']);
  });

  test.each(['max-keys=-1', 'max-keys=many', 'encoding-type=base64', 'continuation-token=%21&list-type=2'])(
    '%s is refused',
    async (query) => {
      await call('PUT', '/paging-bucket');
      const answer = await call('GET', `/paging-bucket?${query}`);
      expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
    },
  );

  test('versions page through generations of one name, in both formats', async () => {
    await call('PUT', '/generations');
    const enabled = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await call('PUT', '/generations?versioning', enabled);
    const written: string[] = [];
    for (const key of ['a', 'a', 'a', 'b']) {
      written.push(String((await call('PUT', `/generations/${key}`, 'x')).headers['x-goog-generation']));
    }
    const seen: string[] = [];
    let next = '';
    do {
      const { text } = await call('GET', `/generations?${next}max-keys=2&versions`);
      seen.push(...elements(text, 'Generation'));
      const [marker, generation] = [elements(text, 'NextMarker')[0], elements(text, 'NextGenerationMarker')[0]];
      next = marker === undefined ? '' : `generation-marker=${generation}&marker=${marker}&`;
    } while (next !== '');
    expect(seen).toEqual(written);
    const headers = { 'x-amz-interop-list-objects-format': 'enabled' };
    const { text } = await signed(emulator, 'GET', '/generations?versions', { scheme: 'AWS4', headers });
    expect(text).toContain('<ListVersionsResult');
    expect([elements(text, 'VersionId'), elements(text, 'IsLatest')]).toEqual([
      written,
      ['false', 'false', 'true', 'true'],
    ]);
  });
});
