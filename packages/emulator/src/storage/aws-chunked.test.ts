/** The decoder of aws-chunked bodies: the same data for any pieces, and a refusal for any damage. */
import { createHash, createHmac, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StorageError } from '../errors.ts';
import type { ChunkSigning } from '../signatures/caller.ts';
import { createChunkDecoder } from './aws-chunked.ts';

const signing: ChunkSigning = {
  key: createSecretKey(Buffer.alloc(32, 7)),
  timestamp: '20260115T103000Z',
  scope: '20260115/auto/s3/aws4_request',
  seed: 'a'.repeat(64),
};
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** Writes a body in chunks, as a client does. */
function framed(chunks: readonly Uint8Array[], signed: boolean): Buffer {
  let previous = signing.seed;
  const pieces: Uint8Array[] = [];
  for (const chunk of [...chunks.filter(({ length }) => length > 0), new Uint8Array(0)]) {
    const lines = ['AWS4-HMAC-SHA256-PAYLOAD', signing.timestamp, signing.scope, previous, sha256(''), sha256(chunk)];
    previous = createHmac('sha256', signing.key).update(lines.join('\n')).digest('hex');
    const signature = signed ? `;chunk-signature=${previous}` : '';
    pieces.push(Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat(pieces);
}

/** Decodes a body that arrives in pieces. Returns the data, or the code of the refusal. */
async function decode(body: Buffer, cuts: readonly number[], signed: boolean): Promise<Buffer | string> {
  const data: Buffer[] = [];
  const decoder = createChunkDecoder(
    signed ? signing : undefined,
    undefined,
    (chunk) => void data.push(Buffer.from(chunk)),
  );
  const places = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((one, other) => one - other);
  try {
    let from = 0;
    for (const to of [...places, body.length]) {
      await decoder.take(body.subarray(from, to));
      from = to;
    }
    decoder.finish();
    return Buffer.concat(data);
  } catch (failure) {
    if (failure instanceof StorageError) return failure.code;
    throw failure;
  }
}

const chunks = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 });
const cuts = fc.array(fc.nat(), { maxLength: 6 });

describe.each([
  ['signed', true],
  ['not signed', false],
])('a body that is %s', (_, signed) => {
  test('is decoded for any chunks and pieces', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, cuts, async (parts, places) => {
        expect(await decode(framed(parts, signed), places, signed)).toEqual(Buffer.concat(parts));
      }),
    );
  });
  test('is refused when its end is missing', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, cuts, fc.nat(), async (parts, places, end) => {
        const body = framed(parts, signed);
        // The head of the last chunk is `0` and a line break; the rest is optional.
        const last = body.length - (signed ? 2 + '0;chunk-signature='.length + 64 + 2 : 5);
        expect(typeof (await decode(body.subarray(0, end % (last + 1)), places, signed))).toBe('string');
      }),
    );
  });
  test('is read or refused for any other input', async () => {
    const pieces = fc.constantFrom(
      '5',
      'a',
      '\r\n',
      '\r',
      '\n',
      ';',
      'chunk-signature=',
      '0',
      'x: y',
      'fffffffffffffff',
    );
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.array(pieces).map((all) => Buffer.from(all.join(''))),
    );
    await fc.assert(
      fc.asyncProperty(anything, cuts, async (body, places) => {
        const outcome = await decode(Buffer.from(body), places, signed);
        expect(typeof outcome === 'string' || Buffer.isBuffer(outcome)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test('a signed body with a changed byte is refused', async () => {
  await fc.assert(
    fc.asyncProperty(chunks, fc.nat(), fc.integer({ min: 1, max: 255 }), async (parts, at, change) => {
      const body = framed(parts, true);
      const data = Buffer.concat(parts);
      body[at % body.length] = (body[at % body.length] as number) ^ change;
      const outcome = await decode(body, [], true);
      if (typeof outcome !== 'string') expect(outcome).toEqual(data);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['longer than its chunk declares', '3\r\nhello\r\n0\r\n\r\n'],
  ['shorter than its chunk declares', '9\r\nhello\r\n0\r\n\r\n'],
  ['without a break after a chunk', '5\r\nhello0\r\n\r\n'],
  ['with a negative length', '-5\r\nhello\r\n0\r\n\r\n'],
  ['with a length that is not a number', 'five\r\nhello\r\n0\r\n\r\n'],
  ['with a length that is too large', `${'f'.repeat(17)}\r\nhello\r\n0\r\n\r\n`],
  ['with a head that does not end', `5;${'x'.repeat(9000)}`],
  ['that is empty', ''],
])('a body %s is refused', async (_, body) => {
  expect(await decode(Buffer.from(body), [], false)).toBe('IncompleteBody');
});
