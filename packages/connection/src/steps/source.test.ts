import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { closeSource, readerOf as open } from './source.ts';

const readerOf = (source: Parameters<typeof open>[0]) => open(source, 'source');

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function* later<Piece>(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  for (const piece of pieces) {
    await Promise.resolve();
    yield piece;
  }
}

describe('pulling from a source', () => {
  test('returns the requested amounts from any pieces, without losing bytes', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 12 });
    const amounts = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pieces, amounts, fc.boolean(), async (given, sizes, isAsync) => {
        const source = isAsync ? later(given) : given;
        const taken: number[] = [];
        for (let turn = 0; ; turn += 1) {
          const wanted = sizes[turn % sizes.length] ?? 1;
          const piece = isAsync ? await readerOf(source).pull(wanted) : readerOf(source).pullBlocking(wanted);
          taken.push(...piece);
          if (piece.length < wanted) break;
          expect(piece.length).toBe(wanted);
        }
        closeSource(source);
        expect(taken).toEqual(given.flatMap((piece) => [...piece]));
      }),
    );
  });

  test('reads strings as UTF-8', async () => {
    expect(text(await readerOf(['grün', ' & ', 'blau']).pull(99))).toBe('grün & blau');
  });

  test('reads Node streams and web streams', async () => {
    expect(text(await readerOf(Readable.from([Buffer.from('no'), Buffer.from('de')])).pull(99))).toBe('node');
    const web = new Blob(['web']).stream() as unknown as AsyncIterable<Uint8Array>;
    expect(text(await readerOf(web).pull(99))).toBe('web');
  });

  test('serves concurrent pulls in order', async () => {
    const source = later(['ab', 'cd', 'ef']);
    const pulled = await Promise.all([2, 3, 1].map((count) => readerOf(source).pull(count)));
    expect(pulled.map(text)).toEqual(['ab', 'cde', 'f']);
  });

  test("throws the source's own error, and does not call its return()", async () => {
    const mistake = new Error('the disk is gone');
    const source = {
      [Symbol.iterator]: () => ({
        next: (): never => {
          throw mistake;
        },
        return: vi.fn(),
      }),
    };
    await expect(readerOf(source).pull(1)).rejects.toBe(mistake);
    closeSource(source);
  });

  test('calls return() of an unfinished source once', async () => {
    const stopped = vi.fn(() => ({ done: true as const, value: undefined }));
    const source = {
      [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 'x' }), return: stopped }),
    } as unknown as Iterable<string>;
    await readerOf(source).pull(2);
    closeSource(source);
    closeSource(source);
    expect(stopped).toHaveBeenCalledOnce();
  });

  test('closing a source that hangs does not hang', () => {
    const source: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: () => new Promise(() => {}) }),
    };
    void readerOf(source).pull(1);
    closeSource(source);
  });

  test.for([
    [7, 'not 7'],
    [{}, 'not an object'],
    [new Response(), 'not a Response; pass its `body`'],
    [Promise.resolve('x'), 'not a Promise; await it first'],
    [null, 'not null'],
    [undefined, 'not undefined'],
  ] as const)('refuses %o', ([source, sentence]) => {
    expect(() => readerOf(source as unknown as Iterable<string>)).toThrow(sentence);
    expect(() => closeSource(source as unknown as Iterable<string>)).not.toThrow();
  });

  test('refuses pieces that are not bytes', async () => {
    await expect(readerOf([1, 2] as unknown as Iterable<string>).pull(1)).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { field: 'source' },
    });
  });

  test('a blocking call refuses a source that must be awaited', () => {
    expect(() => readerOf(later(['x'])).pullBlocking(1)).toThrow(
      'must be readable without awaiting in a blocking call',
    );
  });
});
