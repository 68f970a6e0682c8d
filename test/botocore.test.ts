/** Version 4 signatures of random requests are those of botocore, Amazon's own library for Python. Skipped where it is missing. */
import { spawnSync } from 'node:child_process';
import { amazon4, encodeName, encodeQuery, makeSigner } from '@isobar/s3-dialect';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const program = `
import json, sys
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
answers = []
for given in json.load(sys.stdin):
    keys = Credentials(given['key'], given['secret'], given['token'])
    header = AWSRequest(method=given['method'], url=given['url'], headers=given['headers'], data=b'')
    S3SigV4Auth(keys, 's3', given['region']).add_auth(header)
    url = AWSRequest(method=given['method'], url=given['url'], headers={})
    S3SigV4QueryAuth(keys, 's3', given['region'], expires=given['expires']).add_auth(url)
    answers.append({'time': header.context['timestamp'], 'headers': dict(header.headers), 'urlTime': url.context['timestamp'], 'url': url.url})
print(json.dumps(answers))
`;

const isHere = spawnSync('python3', ['-c', 'import botocore']).status === 0;
const text = fc.string({ unit: fc.constantFrom(...'aZ09-_.~/+ %&=?#\'()*!"é日😀'), minLength: 1, maxLength: 30 });
const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019/+='), minLength: 16, maxLength: 40 });
const requests = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE'),
  key: word,
  secret: word,
  token: fc.option(word),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'auto'),
  bucket: fc.constantFrom('bucket', 'my.bucket', 'UPPER_case'),
  name: text,
  query: fc.dictionary(fc.constantFrom('versionId', 'prefix', 'uploads', 'delimiter', 'list-type'), text, {
    maxKeys: 3,
  }),
  meta: fc.dictionary(
    fc.constantFrom('x-amz-meta-a', 'x-amz-meta-b', 'x-amz-acl', 'content-type', 'if-match'),
    fc.constantFrom('v', 'a b', 'text/plain; charset=utf-8', '"etag"'),
  ),
  expires: fc.integer({ min: 1, max: 604_800 }),
});

const timeOf = (stamp: string): number =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

test.skipIf(!isHere)('300 random requests, as headers and as URLs', () => {
  const samples = fc.sample(requests, 300).map(({ bucket, meta, name, query, ...sample }) => {
    const host = 's3.example.com:9000';
    const path = `/${bucket}/${encodeName(name)}`;
    const encoded = encodeQuery(query);
    const url = `https://${host}${path}${encoded === '' ? '' : `?${encoded}`}`;
    return { ...sample, host, path, query, encoded, url, headers: meta };
  });
  const { stderr, stdout } = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(samples),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const answers = JSON.parse(stdout) as {
    time: string;
    headers: Record<string, string>;
    urlTime: string;
    url: string;
  }[];
  expect(answers).toHaveLength(300);
  for (const [index, answer] of answers.entries()) {
    const { encoded, expires, headers, host, key, method, path, query, region, secret, token } = samples[
      index
    ] as (typeof samples)[number];
    const signer = makeSigner(amazon4, key, secret, region);
    const own = { host, ...headers, ...(token !== null && { 'x-amz-security-token': token }) };
    const hash = answer.headers['X-Amz-Content-SHA256'];
    const signed = signer.sign({ method, path, query: encoded, headers: own }, timeOf(answer.time), hash);
    expect(signed.authorization).toBe(answer.headers.Authorization);
    const more = { ...query, ...(token !== null && { 'X-Amz-Security-Token': token }) };
    const presigned = signer.presign({ method, path, headers: { host } }, more, timeOf(answer.urlTime), expires);
    const signature = /X-Amz-Signature=[0-9a-f]{64}$/;
    expect(signature.exec(presigned)?.[0]).toBe(signature.exec(answer.url)?.[0]);
  }
});
