/**
 * Steps that read from this machine or call the user's functions, in both kinds, yielded by a provider's operations.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CallOptions } from '@isobar/core';
import {
  type Argument,
  append,
  argument,
  callModule,
  checkedLater,
  checksumOf,
  clock,
  defineProvider,
  type Environment,
  environment,
  exchange,
  fileChecksums,
  type HttpRequest,
  invoke,
  listFolder,
  makeFolder,
  method,
  millisecondsOf,
  type Operation,
  type OptionChecks,
  type ProgramResult,
  parallel,
  publish,
  readFile,
  removeFile,
  removeFolder,
  runProgram,
  share,
  sleep,
  stage,
  write,
} from '@isobar/core/provider';
import { connect } from '@isobar/design-flag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

type Give = () => unknown;

const owner = {};
/** A server in a thread of its own, because a blocking call stops this one. It answers with the method and the body. */
const echo = `
  const server = require('node:http').createServer(async (request, response) => {
    const pieces = await request.toArray();
    response.end(request.method + ' ' + Buffer.concat(pieces));
  });
  server.listen(0, '127.0.0.1', () => {
    require('node:worker_threads').parentPort.postMessage('http://127.0.0.1:' + server.address().port);
  });
`;
const call: OptionChecks<CallOptions> = { timeoutMs: millisecondsOf };

/** Arguments of any type. */
function anyOf<const Names extends readonly string[]>(...names: Names): { [Index in keyof Names]: Argument } {
  return names.map((name) => argument(name, checkedLater)) as { [Index in keyof Names]: Argument };
}

const machine = defineProvider<object, object, ReturnType<typeof operations>>({
  id: 'this-machine',
  name: 'This machine',
  website: 'https://machine.example',
  capabilities: {},
  options: { shape: {}, safeParse: () => ({ success: true, data: {} }) },
  methods: {
    read: method('operation', anyOf('path', 'maxBytes'), call),
    environment: method('operation', anyOf('names'), call),
    call: method('operation', anyOf('give'), call),
    patch: method('operation', anyOf('origin', 'method', 'body'), call),
    run: method('operation', anyOf('script', 'timeoutMs'), call),
    import: method('operation', anyOf('specifier', 'exportName'), call),
    write: method('operation', anyOf('path'), call),
    all: method('operation', anyOf('path', 'give'), call),
  },
  operations,
});

function operations() {
  return {
    *read(path: string, maxBytes: number, _options?: CallOptions): Operation<Uint8Array | undefined> {
      return yield* readFile(path, { maxBytes });
    },
    *environment(names: readonly string[], _options?: CallOptions): Operation<Environment> {
      return yield* environment(names);
    },
    *call(give: Give, _options?: CallOptions): Operation<unknown> {
      return yield* invoke(give, []);
    },
    *patch(origin: string, method: HttpRequest['method'], body: Uint8Array, _options?: CallOptions): Operation<string> {
      const response = yield* exchange({ method, origin, path: '/', headers: {}, body });
      return new TextDecoder().decode(response.body);
    },
    *run(script: string, timeoutMs: number, _options?: CallOptions): Operation<ProgramResult> {
      return yield* runProgram(process.execPath, ['-e', script], { timeoutMs, maxBytes: 1000 });
    },
    *import(specifier: string, exportName: string, _options?: CallOptions): Operation<unknown> {
      return yield* callModule(specifier, exportName, [['a', 'b']], import.meta.url);
    },
    /** Writes a file and its folder, and removes them again. */
    *write(path: string, _options?: CallOptions): Operation<readonly unknown[]> {
      const made = yield* makeFolder(path);
      const [inside, bytes] = [`${path}/file`, new Uint8Array(100_000).fill(7)];
      const staged = yield* stage(inside);
      yield* write(staged, 0, bytes);
      yield* publish(staged, { overwrite: true, sizeBytes: bytes.length, sync: true });
      const appended = yield* append(inside, bytes, { sync: true });
      const { entries } = yield* listFolder(path);
      const sums = yield* fileChecksums({ path: inside, startBytes: 0, endBytes: 200_000 }, ['crc32c']);
      const removed = yield* removeFile(inside);
      const names = entries.map(({ name, sizeBytes }) => [name, sizeBytes]);
      return [made, appended, names, sums, removed, yield* removeFolder(path)];
    },
    /** Each of the steps, several times concurrently. */
    *all(path: string, give: Give, _options?: CallOptions): Operation<readonly unknown[]> {
      function* one(): Operation<unknown> {
        const bytes = yield* readFile(path, { maxBytes: 100 });
        const { homeFolder } = yield* environment([]);
        return [bytes?.length, homeFolder, yield* invoke(give, []), yield* share(owner, startedAt())];
      }
      return yield* parallel([one(), one(), one()], 3);
    },
  };
}

/** Takes a moment, so that later callers find it in flight. */
function* startedAt(): Operation<number> {
  const ms = yield* clock();
  yield* sleep(50);
  return ms;
}

let folder: string;
let file: string;
let origin: string;
let server: Worker;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isobar-steps-'));
  file = join(folder, 'ten');
  await writeFile(file, '0123456789');
  server = new Worker(echo, { eval: true });
  [origin] = (await once(server, 'message')) as [string];
});
afterAll(async () => {
  await server.terminate();
  await rm(folder, { recursive: true });
});

const kinds = { blocking: () => connect(machine, {}), async: () => connect(machine, { async: true }) };

describe.for(Object.entries(kinds))('%s', ([kind, open]) => {
  const failureOf = async (run: () => unknown): Promise<unknown> => {
    try {
      await run();
    } catch (failure) {
      return failure;
    }
    throw new Error('it succeeded');
  };

  test('a small file is read as a whole', async () => {
    expect(Buffer.from((await open().read(file, 10)) ?? []).toString()).toBe('0123456789');
  });
  test('a missing file is undefined', async () => {
    expect(await open().read(join(folder, 'nothing'), 10)).toBe(undefined);
    expect(await open().read(join(file, 'below-a-file'), 10)).toBe(undefined);
  });
  test('a file that is too large is refused', async () => {
    expect(await failureOf(() => open().read(file, 9))).toMatchObject({ code: 'invalid-argument' });
  });
  test('a folder is refused', async () => {
    const message = expect.stringContaining('is a folder');
    expect(await failureOf(() => open().read(folder, 9))).toMatchObject({ code: 'invalid-argument', message });
  });

  test('environment variables are read by name, with home folder and platform', async () => {
    process.env.ISOBAR_STEPS_TEST = 'here';
    expect(await open().environment(['ISOBAR_STEPS_TEST', 'ISOBAR_STEPS_NOTHING'])).toEqual({
      variables: { ISOBAR_STEPS_TEST: 'here', ISOBAR_STEPS_NOTHING: undefined },
      homeFolder: homedir(),
      platform: process.platform,
    });
  });

  test.for(['PATCH', 'OPTIONS', 'POST'] as const)('a %s has a body', async (method) => {
    expect(await open().patch(origin, method, new TextEncoder().encode('changes'))).toBe(`${method} changes`);
  });

  test('a program is run, and ended when it takes too long', async () => {
    expect(await open().run('console.log(1)', 60_000)).toEqual({ exitCode: 0, output: '1\n', errorOutput: '' });
    expect(await failureOf(() => open().run('setInterval(() => {}, 1000)', 20))).toMatchObject({ code: 'timeout' });
  });

  test('an export of a module is called, and a missing package is named', async () => {
    expect(await open().import('node:path', 'join')).toBe(join('a', 'b'));
    const message = expect.stringContaining('npm install isobar-no-such-package');
    const failure = await failureOf(() => open().import('isobar-no-such-package', 'x'));
    expect(failure).toMatchObject({ code: 'not-installed', message });
  });

  test('files and folders are written, listed and removed', async () => {
    const bytes = new Uint8Array(200_000).fill(7);
    const expected = [true, 200_000, [['file', 200_000]], { crc32c: checksumOf('crc32c', bytes) }, true, true];
    expect(await open().write(join(folder, 'written'))).toEqual(expected);
  });

  test('a function of the caller is called, and its own error is thrown unchanged', async () => {
    expect(await open().call(() => 42)).toBe(42);
    const own = new RangeError('my own');
    const throwing = (): never => {
      throw own;
    };
    expect(await failureOf(() => open().call(throwing))).toBe(own);
  });

  test.runIf(kind === 'async')('a promise is awaited, also one that fails', async () => {
    expect(await open().call(async () => 42)).toBe(42);
    const own = new RangeError('my own');
    expect(await failureOf(() => open().call(() => Promise.reject(own)))).toBe(own);
  });
  test.runIf(kind === 'async')('a promise that never settles ends with the call', async () => {
    const failure = await failureOf(() => open().call(() => new Promise(() => {}), { timeoutMs: 20 }));
    expect(failure).toMatchObject({ code: 'timeout' });
  });
  test.runIf(kind === 'blocking')('a promise is refused, and its rejection is handled', async () => {
    const failing = (): Promise<never> => Promise.reject(new Error('nobody sees this'));
    const message = expect.stringContaining('`failing` returned a promise');
    expect(await failureOf(() => open().call(failing))).toMatchObject({ code: 'unsupported', message });
  });

  test('all of them work concurrently, and a shared operation runs once', async () => {
    const results = (await open().all(file, () => 'given')) as [number, string, string, number][];
    expect(results.map((result) => result.slice(0, 3))).toEqual(Array(3).fill([10, homedir(), 'given']));
    expect(new Set(results.map(([, , , at]) => at)).size).toBe(1);
  });
});

test('asynchronous calls of one driver share an operation in flight', async () => {
  const driver = kinds.async();
  const rounds = await Promise.all([driver.all(file, () => 1), driver.all(file, () => 2)]);
  expect(new Set((rounds.flat() as unknown[][]).map(([, , , at]) => at)).size).toBe(1);
});
