/** The documents of S3 services: what is read from them, and what is refused. */
import { type CloudError, isCloudError } from '@isobar/core/provider';
import { readXml } from '@isobar/core/xml';
import { describe, expect, test } from 'vitest';
import {
  checkCompletion,
  checkCopy,
  md5OfEtag,
  readBuckets,
  readError,
  readFailedDeletes,
  readObjects,
  readUploadId,
  readUploads,
  writeBucketConfiguration,
  writeCompletion,
  writeDeletes,
} from './documents.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The error message for a malformed document. */
function refusal(read: () => unknown): string | undefined {
  try {
    read();
  } catch (failure) {
    if (isCloudError(failure, 'malformed-response')) return failure.message;
    throw failure;
  }
  return undefined;
}

const captured = `<?xml version='1.0' encoding='UTF-8'?><ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'><Name>b</Name><Prefix></Prefix><Marker></Marker><NextMarker>last-key</NextMarker><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>
<Contents><Key>k</Key><Generation>1685472079879993</Generation><MetaGeneration>1</MetaGeneration><LastModified>2023-05-30T18:41:19.956Z</LastModified><ETag>"a4bedfc634288a5fb5ba06b8f558fe94"</ETag><Size>3408912</Size></Contents>
<CommonPrefixes><Prefix>dir/</Prefix></CommonPrefixes></ListBucketResult>`;

describe('readObjects', () => {
  const list = (inside: string) => readObjects(bytes(`<ListBucketResult>${inside}</ListBucketResult>`));
  const one = '<Contents><Key>k</Key><Size>1</Size></Contents>';

  test('reads a page captured from the service', () => {
    expect(readObjects(bytes(captured))).toEqual({
      objects: [
        {
          name: 'k',
          sizeBytes: 3_408_912,
          etag: '"a4bedfc634288a5fb5ba06b8f558fe94"',
          lastModified: new Date('2023-05-30T18:41:19.956Z'),
          generation: '1685472079879993',
          metageneration: '1',
        },
      ],
      prefixes: ['dir/'],
      nextMarker: 'last-key',
    });
  });
  test('reads an empty page', () => {
    expect(list('<IsTruncated>false</IsTruncated>')).toEqual({ objects: [], prefixes: [] });
  });
  test('reads a page that does not say whether it is truncated as the last one', () => {
    expect(list(one).nextMarker).toBeUndefined();
  });
  test('ignores the marker of a page that is not truncated', () => {
    expect(list(`${one}<NextMarker>k</NextMarker><IsTruncated>false</IsTruncated>`).nextMarker).toBeUndefined();
  });
  test('continues from the last name when there is no marker', () => {
    expect(list(`${one}<IsTruncated>true</IsTruncated>`).nextMarker).toBe('k');
  });
  test('reads a storage class', () => {
    const { objects } = list('<Contents><Key>k</Key><Size>1</Size><StorageClass>NEARLINE</StorageClass></Contents>');
    expect(objects[0]?.storageClass).toBe('NEARLINE');
  });
  test('keeps generations beyond JavaScript’s safe integers', () => {
    const generation = '9223372036854775807';
    const { objects } = list(`<Contents><Key>k</Key><Size>1</Size><Generation>${generation}</Generation></Contents>`);
    expect(objects[0]?.generation).toBe(generation);
  });
  test('decodes names', () => {
    const { objects } = list('<Contents><Key>a&amp;b &lt;c&gt; &#233;+%2F</Key><Size>1</Size></Contents>');
    expect(objects[0]?.name).toBe('a&b <c> é+%2F');
  });
  test('keeps spaces in names', () => {
    expect(list('<Contents><Key> a </Key><Size>1</Size></Contents>').objects[0]?.name).toBe(' a ');
  });
  test('reads names beyond ASCII', () => {
    expect(list('<Contents><Key>été 😀</Key><Size>1</Size></Contents>').objects[0]?.name).toBe('été 😀');
  });
  test.each([
    ['an empty truncated page', '<IsTruncated>true</IsTruncated>', /truncated page/],
    ['a truncated page without a name, a prefix or a marker', '<IsTruncated>true</IsTruncated>', /truncated page/],
    ['an object without a name', '<Contents><Size>1</Size></Contents>', /no name or no size/],
    ['an object without a size', '<Contents><Key>k</Key></Contents>', /no name or no size/],
    ['an object with a negative size', '<Contents><Key>k</Key><Size>-1</Size></Contents>', /no name or no size/],
    ['an object whose size is not a number', '<Contents><Key>k</Key><Size>big</Size></Contents>', /no name or no size/],
    ['a prefix without text', '<CommonPrefixes><Prefix/></CommonPrefixes>', /has no <Prefix>/],
  ])('refuses %s', (_, inside, message) => expect(refusal(() => list(inside))).toMatch(message));
  test('refuses another document', () => {
    expect(refusal(() => readObjects(bytes('<ListAllMyBucketsResult/>')))).toMatch(/expected ListBucketResult/);
  });
  test('refuses an empty body', () => expect(refusal(() => readObjects(bytes('')))).toMatch(/not the expected XML/));
  test('refuses HTML', () => {
    expect(refusal(() => readObjects(bytes('<html><body>Sign in</body></html>')))).toMatch(/expected ListBucketResult/);
  });
});

describe('readBuckets', () => {
  const list = (inside: string) => readBuckets(bytes(`<ListAllMyBucketsResult>${inside}</ListAllMyBucketsResult>`));
  const created = '<CreationDate>2023-05-30T18:41:19.956Z</CreationDate>';

  test('reads names and dates', () => {
    expect(list(`<Owner><ID>1</ID></Owner><Buckets><Bucket><Name>b</Name>${created}</Bucket></Buckets>`)).toEqual([
      { name: 'b', createdAt: new Date('2023-05-30T18:41:19.956Z') },
    ]);
  });
  test('reads an account without buckets', () => expect(list('<Buckets/>')).toEqual([]));
  test('reads a response without a list of buckets', () => expect(list('')).toEqual([]));
  test('leaves out an invalid date', () => {
    expect(list('<Buckets><Bucket><Name>b</Name><CreationDate>soon</CreationDate></Bucket></Buckets>')).toEqual([
      { name: 'b' },
    ]);
  });
  test('refuses a bucket without a name', () => {
    expect(refusal(() => list('<Buckets><Bucket/></Buckets>'))).toMatch(/has no <Name>/);
  });
  test('refuses another document', () => {
    expect(refusal(() => readBuckets(bytes(captured)))).toMatch(/expected ListAllMyBucketsResult/);
  });
});

describe('readError', () => {
  test('reads reason and message', () => {
    const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Details>No such object: bucket/key</Details></Error>`;
    expect(readError(bytes(body))).toEqual({
      reason: 'NoSuchKey',
      message: 'The specified key does not exist. No such object: bucket/key',
    });
  });
  test('reads an error without details', () => {
    expect(readError(bytes('<Error><Code>SlowDown</Code><Message>Slow down.</Message></Error>')).message).toBe(
      'Slow down.',
    );
  });
  test('reads an error without a message', () => {
    expect(readError(bytes('<Error><Code>SlowDown</Code></Error>'))).toEqual({ reason: 'SlowDown', message: '' });
  });
  test('does not quote what the server reports about the signature', () => {
    const body =
      '<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message><StringToSign>S</StringToSign></Error>';
    expect(JSON.stringify(readError(bytes(body)))).not.toContain('StringToSign');
  });
  test.each([
    ['an empty body', ''],
    ['HTML', '<html><head><title>502</title></head></html>'],
    ['HTML that is not XML', '<!doctype html><html><br></html>'],
    ['plain text', 'upstream connect error'],
    ['another document', '<ListBucketResult><Code>NoSuchKey</Code></ListBucketResult>'],
    ['an error without a code', '<Error><Message>What?</Message></Error>'],
    ['an error that is cut off', '<Error><Code>NoSuchKey</Code><Mess'],
  ])('reads nothing from %s', (_, body) => expect(readError(bytes(body))).toEqual({}));
  test('reads nothing from bytes that are not text', () => {
    expect(readError(Uint8Array.from([0xff, 0xfe, 0x00, 0x80]))).toEqual({});
  });
});

describe('multipart uploads', () => {
  test('have an id', () => {
    const body = `<InitiateMultipartUploadResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><UploadId>id/+=</UploadId></InitiateMultipartUploadResult>`;
    expect(readUploadId(bytes(body))).toBe('id/+=');
  });
  test('without an id are refused', () => {
    expect(refusal(() => readUploadId(bytes('<InitiateMultipartUploadResult/>')))).toMatch(/has no <UploadId>/);
  });
  test('are completed with numbers and ETags, escaped', () => {
    const written = new TextDecoder().decode(
      writeCompletion([
        { partNumber: 1, etag: '"a&<b"' },
        { partNumber: 2, etag: '"c"' },
      ]),
    );
    const parts = readXml(written).children.map(({ children }) => children.map(({ text }) => text));
    expect(parts).toEqual([
      ['1', '"a&<b"'],
      ['2', '"c"'],
    ]);
  });
  test('that are complete are accepted', () => {
    expect(checkCompletion(bytes('<CompleteMultipartUploadResult/>'))).toBeUndefined();
  });
  test('that failed after status 200 are unavailable, with the reason', () => {
    const body = bytes('<Error><Code>InternalError</Code><Message>We tried.</Message></Error>');
    const thrown = (() => {
      try {
        return checkCompletion(body);
      } catch (failure) {
        return failure as CloudError;
      }
    })();
    expect(thrown).toMatchObject({ code: 'unavailable', details: { reason: 'InternalError' } });
  });
  test('with an empty response are refused', () => {
    expect(refusal(() => checkCompletion(bytes('')))).toMatch(/not the expected XML/);
  });
});

describe('writeBucketConfiguration', () => {
  const written = (location?: string, storageClass?: string) => {
    const body = writeBucketConfiguration(location, storageClass);
    return body && new TextDecoder().decode(body);
  };
  test('writes nothing by default', () => expect(written()).toBeUndefined());
  test('writes a location', () => {
    expect(written('EU')).toBe(
      '<CreateBucketConfiguration><LocationConstraint>EU</LocationConstraint></CreateBucketConfiguration>',
    );
  });
  test('writes a storage class', () => {
    expect(written(undefined, 'NEARLINE')).toBe(
      '<CreateBucketConfiguration><StorageClass>NEARLINE</StorageClass></CreateBucketConfiguration>',
    );
  });
  test('escapes its arguments', () => expect(written('<&>')).toContain('&lt;&amp;&gt;'));
});

describe('readUploads', () => {
  const read = (inside: string) =>
    readUploads(bytes(`<ListMultipartUploadsResult>${inside}</ListMultipartUploadsResult>`));
  const upload =
    '<Upload><Key>a&amp;b</Key><UploadId>U+1</UploadId><Initiated>2026-01-15T10:30:00.000Z</Initiated></Upload>';

  test('reads uploads and the markers of the next page', () => {
    const markers = '<NextKeyMarker>a&amp;b</NextKeyMarker><NextUploadIdMarker>U+1</NextUploadIdMarker>';
    expect(read(`<IsTruncated>true</IsTruncated>${markers}${upload}`)).toEqual({
      uploads: [{ name: 'a&b', uploadId: 'U+1', startedAt: new Date('2026-01-15T10:30:00.000Z') }],
      next: ['a&b', 'U+1'],
    });
  });
  test('reads no next page from the last one', () => {
    expect(read('<IsTruncated>false</IsTruncated><NextKeyMarker>a</NextKeyMarker>')).toEqual({ uploads: [] });
  });
  test('reads a marker without an upload id, and an upload without a date', () => {
    const page = '<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>';
    const dateless = '<Upload><Key>a</Key><UploadId>U</UploadId></Upload>';
    expect(read(page + dateless)).toEqual({ uploads: [{ name: 'a', uploadId: 'U' }], next: ['a', ''] });
  });
  test.each([
    ['<IsTruncated>true</IsTruncated>', 'NextKeyMarker'],
    ['<Upload><Key>a</Key></Upload>', 'UploadId'],
    ['<Upload><UploadId>U</UploadId></Upload>', 'Key'],
  ])('refuses %s', (inside, missing) => expect(refusal(() => read(inside))).toContain(missing));
});

describe('writeDeletes', () => {
  test('escapes markup, and nothing else', () => {
    expect(
      new TextDecoder().decode(writeDeletes([{ name: 'a&b' }, { name: '<c>', versionId: '7' }, { name: '"été"' }])),
    ).toBe(
      '<Delete><Quiet>true</Quiet><Object><Key>a&amp;b</Key></Object><Object><Key>&lt;c&gt;</Key><VersionId>7</VersionId></Object><Object><Key>"été"</Key></Object></Delete>',
    );
  });
});

describe('readFailedDeletes', () => {
  test('reads failures and leaves out deleted objects', () => {
    const error =
      '<Error><Key>c</Key><VersionId>1</VersionId><Code>AccessDenied</Code><Message>Access denied.</Message></Error>';
    const result = bytes(`<DeleteResult><Deleted><Key>a</Key></Deleted>${error}</DeleteResult>`);
    expect(readFailedDeletes(result)).toEqual([
      { name: 'c', versionId: '1', reason: 'AccessDenied', message: 'Access denied.' },
    ]);
  });
  test('reads a failure without a message', () => {
    const result = bytes('<DeleteResult><Error><Key>c</Key><Code>InternalError</Code></Error></DeleteResult>');
    expect(readFailedDeletes(result)).toEqual([{ name: 'c', reason: 'InternalError', message: '' }]);
  });
  test('refuses a failure without a name, and another document', () => {
    const nameless = '<DeleteResult><Error><Code>InternalError</Code></Error></DeleteResult>';
    expect(refusal(() => readFailedDeletes(bytes(nameless)))).toContain('Key');
    expect(refusal(() => readFailedDeletes(bytes('<Deleted/>')))).toContain('DeleteResult');
  });
});

describe('checkCopy', () => {
  test('accepts a copy', () => expect(checkCopy(bytes('<CopyObjectResult/>'))).toBeUndefined());
  test('refuses an error with status 200', () => {
    const error = bytes('<Error><Code>InternalError</Code><Message>We tried.</Message></Error>');
    expect(() => checkCopy(error)).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });
  test('refuses an empty response and another document', () => {
    expect(refusal(() => checkCopy(new Uint8Array(0)))).toBeDefined();
    expect(refusal(() => checkCopy(bytes('<ListBucketResult/>')))).toContain('CopyObjectResult');
  });
});

describe('an ETag', () => {
  test('of an object that was stored at once is its MD5', () => {
    // The example of RFC 1321's empty string, in hexadecimal and base64.
    expect(md5OfEtag('"d41d8cd98f00b204e9800998ecf8427e"')).toBe('1B2M2Y8AsgTpgAmY7PhCfg==');
  });
  test.each([
    undefined,
    '',
    'd41d8cd98f00b204e9800998ecf8427e',
    '"d41d8cd98f00b204e9800998ecf8427e-2"',
    '"d41d8cd98f00b204e9800998ecf8427"',
    '"D41D8CD98F00B204E9800998ECF8427E"',
    '"CNTgtqPv7ZMDEAE="',
    '"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"',
  ])('%s is none', (etag) => expect(md5OfEtag(etag)).toBe(undefined));
});
