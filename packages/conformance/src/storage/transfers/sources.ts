/** Uploads from sources of unknown length that deliver their bytes in pieces. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { bytesOf, decodeText, expectSameBytes, MIB, pattern, pieces } from '../../bytes.ts';
import type { Case, Suite } from '../../case.ts';
import type { Kind } from '../../driver.ts';
import { thrownBy } from '../../failures.ts';
import type { StorageKit } from '../storage-kit.ts';

type Source = Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

function takes(label: string, expected: Uint8Array, makeSource: () => Source, kind?: Kind): Case<StorageKit> {
  return {
    title: `takes ${label}`,
    ...(kind && { kind }),
    async run({ driver, container }) {
      const home = await container();
      const written = await driver.uploadObjectViaStream(makeSource(), home, 'object');
      expect(written).toMatchObject({ container: home, name: 'object', sizeBytes: expected.length });
      expectSameBytes(await driver.readObject(written), expected);
      expect((await driver.getObject(home, 'object')).sizeBytes).toBe(expected.length);
    },
  };
}

/** Reads an open file from its current position. */
function* readingOn(file: number): Generator<Uint8Array> {
  for (;;) {
    const buffer = new Uint8Array(10);
    const count = readSync(file, buffer);
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}

const long = 8 * MIB + 12_345;

/** Reuses one buffer for every piece, as readers of files and sockets do. */
function* reusing(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(pieceBytes);
  for (const piece of pieces(bytes, pieceBytes)) {
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
  buffer.fill(0);
}

async function* later(source: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const piece of source) {
    await new Promise((resolve) => setImmediate(resolve));
    yield piece;
  }
}

function fails(label: string, deliveredBytes: number, kind?: Kind): Case<StorageKit> {
  return {
    title: `throws the source’s own error after ${label}, and leaves no object`,
    ...(kind && { kind }),
    async run({ driver, container }) {
      const home = await container();
      const reason = new Error('the source broke');
      let ended = false;
      function* breaking(): Generator<Uint8Array> {
        try {
          yield* pieces(pattern(deliveredBytes), 256 * 1024);
          throw reason;
        } finally {
          ended = true;
        }
      }
      const source = kind === 'async' ? later(breaking()) : breaking();
      expect(await thrownBy(() => driver.uploadObjectViaStream(source, home, 'object'))).toBe(reason);
      expect(ended, 'the source has ended').toBe(true);
      expect(await driver.listContainerObjects(home)).toEqual([]);
    },
  };
}

/** Cases about uploads from sources. */
export const sources: Suite<StorageKit> = {
  title: 'sources',
  cases: [
    takes('a source without pieces', bytesOf(''), () => []),
    takes('a source of empty pieces', bytesOf(''), () => [bytesOf(''), '']),
    { ...takes('one small piece', bytesOf('small'), () => [bytesOf('small')]), proof: true },
    takes('several pieces, empty ones among them', bytesOf('onetwothree'), () =>
      [bytesOf('one'), bytesOf(''), bytesOf('two'), bytesOf('three')].values(),
    ),
    takes('pieces of text as UTF-8', bytesOf('naïve ☕ 😀'), () => ['naïve ', '☕', ' 😀']),
    takes('alternating bytes and text', bytesOf('bytes text'), () => [bytesOf('bytes'), ' ', 'text']),
    takes('a set of pieces', bytesOf('ab'), () => new Set(['a', 'b'])),
    takes('a generator of more than 8 MiB', pattern(long), () => pieces(pattern(long), 65_521)),
    takes('one piece of more than 8 MiB', pattern(long), () => [pattern(long)]),
    takes('a generator that reuses its buffer', pattern(MIB + 3), () => reusing(pattern(MIB + 3), 10_007)),
    takes('an async generator', pattern(MIB), () => later(pieces(pattern(MIB), 65_521)), 'async'),
    takes('an async generator of more than 8 MiB', pattern(long), () => later(pieces(pattern(long), 65_521)), 'async'),
    takes('an async generator without pieces', bytesOf(''), () => later([]), 'async'),
    takes('a Node stream', pattern(MIB), () => Readable.from(pieces(pattern(MIB), 65_521)), 'async'),
    takes('a web stream', pattern(MIB), () => new Blob([Uint8Array.from(pattern(MIB))]).stream(), 'async'),
    takes(
      'a pipe of another process, which cannot be read twice',
      bytesOf('x'.repeat(200_000)),
      () => {
        const program = `process.stdout.write('x'.repeat(200_000))`;
        return spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] }).stdout;
      },
      'async',
    ),
    {
      title: 'takes an open file from its current position: the rest, and nothing at its end',
      async run({ driver, container, folder }) {
        const [home, path] = [await container(), join(await folder(), 'file')];
        await writeFile(path, 'read already, and the rest');
        const file = openSync(path, 'r');
        try {
          readSync(file, new Uint8Array(13));
          const rest = await driver.uploadObjectViaStream(readingOn(file), home, 'rest');
          expect(decodeText(await driver.readObject(rest))).toBe(' and the rest');
          const none = await driver.uploadObjectViaStream(readingOn(file), home, 'none');
          expect(none.sizeBytes).toBe(0);
        } finally {
          closeSync(file);
        }
      },
    },
    fails('no bytes', 0),
    fails('a few bytes', 1000),
    fails('more than 8 MiB', long),
    fails('a few bytes that came later', 1000, 'async'),
    fails('more than 8 MiB that came later', long, 'async'),
    {
      title: 'throws the error of a Node stream that breaks, and leaves no object',
      kind: 'async',
      async run({ driver, container }) {
        const home = await container();
        const reason = new Error('the stream broke');
        let delivered = 0;
        const source = new Readable({
          read() {
            delivered += 1;
            if (delivered > 5) this.destroy(reason);
            else this.push(Buffer.alloc(1000));
          },
        });
        expect(await thrownBy(() => driver.uploadObjectViaStream(source, home, 'object'))).toBe(reason);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'keeps the old object when a source breaks',
      async run({ driver, container }) {
        const home = await container();
        const old = await driver.writeObject('old', home, 'object');
        const reason = new Error('the source broke');
        function* breaking(): Generator<Uint8Array> {
          yield bytesOf('new');
          throw reason;
        }
        expect(await thrownBy(() => driver.uploadObjectViaStream(breaking(), home, 'object'))).toBe(reason);
        expect(decodeText(await driver.readObject(old))).toBe('old');
      },
    },
    {
      title: 'closes the source when the upload fails',
      async run({ driver, newName, fails: failing }) {
        const state = { started: false, ended: false };
        function* endless(): Generator<Uint8Array> {
          state.started = true;
          try {
            for (;;) yield pattern(65_536);
          } finally {
            state.ended = true;
          }
        }
        const home = newName();
        await failing(() => driver.uploadObjectViaStream(endless(), home, 'object'), { code: 'not-found' });
        expect(state.ended, 'the source has ended if it was started').toBe(state.started);
      },
    },
    {
      title: 'refuses values that are not sources, before anything is sent',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        for (const wrong of [undefined, null, 5, {}, () => []] as unknown as string[][]) {
          const upload = () => driver.uploadObjectViaStream(wrong, home, 'object');
          await failsUnsent(upload, { code: 'invalid-argument' });
        }
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'refuses a source of something other than bytes and text, and leaves no object',
      async run({ driver, container, fails: failing }) {
        const home = await container();
        for (const wrong of [[1, 2, 3], [null], [{}], [['a']]] as unknown as string[][]) {
          await failing(() => driver.uploadObjectViaStream(wrong, home, 'object'), { code: 'invalid-argument' });
        }
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'refuses a source that must be awaited, before anything is sent',
      kind: 'blocking',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        for (const source of [later([pattern(10)]), Readable.from(['a']), new Blob(['a']).stream()]) {
          const upload = () => driver.uploadObjectViaStream(source, home, 'object');
          await failsUnsent(upload, { code: ['invalid-argument', 'unsupported'] });
        }
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'reports the progress of an upload from a source, up to its size',
      async run({ driver, container }) {
        const seen: number[] = [];
        const onProgress = (now: { readonly transferredBytes: number }) => void seen.push(now.transferredBytes);
        const source = pieces(pattern(long), 65_536);
        await driver.uploadObjectViaStream(source, await container(), 'object', { onProgress });
        expect(seen.at(-1)).toBe(long);
      },
    },
  ],
};
