/** What each primitive yields, and how the scripted world replies. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HttpRequest } from '../http/http.ts';
import {
  append,
  copy,
  discard,
  fileChecksums,
  listFolder,
  lookUp,
  makeFolder,
  publish,
  readFile,
  readRange,
  removeFile,
  removeFolder,
  stage,
  stat,
  write,
} from '../steps/file-steps.ts';
import { parallel, share } from '../steps/flow-steps.ts';
import { exchange, passed, read } from '../steps/http-steps.ts';
import { clock, entropy, environment, invoke, pull, release } from '../steps/local-steps.ts';
import { callModule, type ProgramOptions, runProgram, sleep } from '../steps/system-steps.ts';
import { forbidIo, takeForbiddenUses } from '../testing/forbid-io.ts';
import { networkFailure, ScriptError } from '../testing/scripted-service.ts';
import { Cancelled, ScriptedWorld } from '../testing/scripted-world.ts';
import { cleanUp, type Operation } from './operation.ts';

forbidIo({ beforeEach, afterEach });

const get: HttpRequest = { method: 'GET', origin: 'https://cloud.example', path: '/thing', headers: {} };
const staged = { destinationPath: '/a', temporaryPath: '/a.part' };
const source = ['bytes'];
const slice = { path: '/a', startBytes: 1, endBytes: 3 };
const bytes = Uint8Array.of(1);
const double = (n: number): number => 2 * n;
const owner = {};
const file = (action: string, ...args: readonly unknown[]): object => ({ kind: 'file', action, args });
const noOperations: Operation<number>[] = [];

describe('each primitive yields one step and returns its reply', () => {
  const cases: [string, Operation<unknown>, object][] = [
    ['exchange', exchange(get), { kind: 'exchange', request: get }],
    ['sleep', sleep(5), { kind: 'sleep', milliseconds: 5 }],
    ['clock', clock(), { kind: 'clock' }],
    ['entropy', entropy(2), { kind: 'entropy', byteCount: 2 }],
    ['parallel', parallel(noOperations, 3), { kind: 'parallel', operations: noOperations, limit: 3 }],
    ['stat', stat('/a', 'filePath'), file('stat', '/a', 'filePath')],
    ['readFile', readFile('/a', { maxBytes: 9 }), file('readFile', '/a', 9)],
    ['environment', environment(['HOME']), { kind: 'environment', names: ['HOME'] }],
    ['invoke', invoke(double, [2]), { kind: 'invoke', fn: double, args: [2] }],
    ['checksums', fileChecksums(slice, ['md5']), file('checksums', slice, ['md5'])],
    ['listFolder', listFolder('/a', { after: 'b' }), file('listFolder', '/a', 'b', 1000, 'names')],
    ['lookUp', lookUp('/a', ['b', 'c']), file('lookUp', '/a', ['b', 'c'])],
    [
      'copy',
      copy({ path: '/b', startBytes: 0, endBytes: 9 }, staged, 5, ['md5']),
      file('copy', { path: '/b', startBytes: 0, endBytes: 9 }, staged, 5, ['md5']),
    ],
    ['readRange', readRange(slice), file('readRange', slice)],
    ['write', write(staged, 3, bytes), file('write', staged, 3, bytes)],
    ['stage', stage('/a'), file('stage', '/a')],
    ['publish', publish(staged, { overwrite: true, sizeBytes: 3 }), file('publish', staged, true, 3, false, undefined)],
    ['discard', discard(staged), file('discard', staged)],
    ['append', append('/a', bytes, { sync: true }), file('append', '/a', bytes, true)],
    ['removeFile', removeFile('/a'), file('removeFile', '/a')],
    ['makeFolder', makeFolder('/a'), file('makeFolder', '/a')],
    ['removeFolder', removeFolder('/a'), file('removeFolder', '/a')],
    [
      'module',
      callModule('a', 'b', [[1], []], '/c'),
      { kind: 'module', specifier: 'a', exportName: 'b', calls: [[1], []], from: '/c' },
    ],
    [
      'program',
      runProgram('a', ['b'], { timeoutMs: 1, maxBytes: 2 }),
      { kind: 'program', command: 'a', args: ['b'], options: { timeoutMs: 1, maxBytes: 2 } },
    ],
    ['pull', pull(source, 9), { kind: 'pull', source, byteCount: 9, field: 'source' }],
    ['read', read({ stream: 1 }), { kind: 'read', stream: { stream: 1 } }],
    ['passed', passed({ stream: 1 }), { kind: 'passed', stream: { stream: 1 } }],
    ['release', release({ stream: 1 }), { kind: 'release', stream: { stream: 1 } }],
    ['releaseSource', release(source), { kind: 'releaseSource', source }],
  ];
  const silent = new Set(['sleep', 'write', 'publish', 'discard', 'release', 'releaseSource']);

  test.each(cases)('%s', (kind, operation, step) => {
    expect(operation.next()).toEqual({ done: false, value: step });
    expect(operation.next('reply')).toEqual({ done: true, value: silent.has(kind) ? undefined : 'reply' });
  });
});

test('share passes its operation on unchanged', () => {
  // Compared one by one: a matcher that compares generators would run them.
  const shared = clock();
  const step = share(owner, shared).next().value as unknown as Record<string, unknown>;
  expect([step.kind, step.owner === owner, step.operation === shared]).toEqual(['share', true, true]);
});

describe('arguments are checked before the step', () => {
  const program = (command: unknown, args: unknown = [], options: Partial<ProgramOptions> = {}) =>
    runProgram(command as string, args as string[], { timeoutMs: 1, maxBytes: 2, ...options });
  const cases: [string, Operation<unknown>, string][] = [
    ['no command', program(''), '`command` must not be empty'],
    ['a command with NUL', program('a\0'), '`command` must have no NUL character'],
    ['a secret argument with NUL', program('a', ['x', 'secret\0']), '`args[1]` must have no NUL character'],
    ['an argument that is no string', program('a', [1]), '`args[0]` must be a string, not 1'],
    ['arguments that are no array', program('a', 'b'), '`args` must be an array, not "b"'],
    ['no time', program('a', [], { timeoutMs: 0 }), '`timeoutMs` must be a whole number from 1 to 2147483647, not 0'],
    ['a negative size', program('a', [], { maxBytes: -1 }), '`maxBytes` must be a whole number of at least 0, not -1'],
    [
      'a variable with a wrong name',
      program('a', [], { environment: { 'A=B': '' } }),
      '`environment` must have names that are not empty, without = and NUL',
    ],
    [
      'a secret variable with NUL',
      program('a', [], { environment: { A: 'secret\0' } }),
      '`environment.A` must have no NUL character',
    ],
    ['no module', callModule('', 'a', []), '`specifier` must be a string that is not empty, not ""'],
    ['arguments that are not data', callModule('a', 'b', [[() => 1]]), 'the arguments of b must be plain data'],
    ['a relative file', callModule('a', 'b', [], 'c.js'), '`from` must be an absolute path or a file URL, not "c.js"'],
  ];
  test.each(cases)('%s', (_, operation, message) => {
    expect(() => operation.next()).toThrow(expect.objectContaining({ code: 'invalid-argument', message }));
  });
});

test('an operation that has not been started has yielded nothing', () => {
  const world = new ScriptedWorld();
  exchange(get);
  expect(world.steps).toEqual([]);
});

describe('the scripted world', () => {
  test('answers by method and path, in any order of the script', () => {
    const world = new ScriptedWorld();
    world.service.on('PUT', '/thing', { status: 201 }).on('GET', '/thing', { status: 200 });
    expect(world.run(exchange(get)).status).toBe(200);
    expect(world.service.unasked).toEqual(['PUT /thing']);
  });

  test('throws for a request without an answer, which the operation cannot catch', () => {
    const world = new ScriptedWorld();
    function* stubborn(): Operation<string> {
      try {
        yield* exchange(get);
      } catch {
        return 'swallowed';
      }
      return 'answered';
    }
    expect(() => world.run(stubborn())).toThrow(ScriptError);
  });

  test('sleeps by advancing its clock', () => {
    const world = new ScriptedWorld();
    const before = world.nowMs;
    world.run(sleep(60_000));
    expect([world.sleeps, world.run(clock()) - before]).toEqual([[60_000], 60_000]);
  });

  test('reads files of its disk, calls functions and shares operations synchronously', () => {
    const world = new ScriptedWorld();
    world.disk.files.set('/a', Uint8Array.of(1, 2));
    world.environment = { variables: { HOME: '/h', SECRET: 'x' }, homeFolder: '/h', platform: 'linux' };
    expect(world.run(readFile('/a', { maxBytes: 2 }))).toEqual(Uint8Array.of(1, 2));
    expect(world.run(readFile('/b', { maxBytes: 2 }))).toBe(undefined);
    expect(world.failureOf(readFile('/a', { maxBytes: 1 }))).toMatchObject({ code: 'invalid-argument' });
    expect(world.run(environment(['HOME'])).variables).toEqual({ HOME: '/h' });
    expect(world.run(invoke(double, [21]))).toBe(42);
    expect(world.run(parallel([share(owner, clock()), share(owner, clock())], 2))).toHaveLength(2);
  });

  test('calls modules and runs programs that the test gives it', () => {
    const world = new ScriptedWorld();
    world.modules.set('a', { b: (first: number) => (second: number) => first + second });
    world.programs.set('c', ([argument]) => ({ exitCode: 0, output: `${argument}`, errorOutput: '' }));
    expect(world.run(callModule('a', 'b', [[1], [2]]))).toBe(3);
    expect(world.failureOf(callModule('b', 'b', [[]]))).toMatchObject({ code: 'not-installed' });
    expect(world.failureOf(callModule('a', 'c', [[]]))).toMatchObject({ code: 'invalid-argument' });
    const options = { timeoutMs: 1, maxBytes: 1 };
    expect(world.run(runProgram('c', ['d'], options))).toEqual({ exitCode: 0, output: 'd', errorOutput: '' });
    expect(world.failureOf(runProgram('d', [], options))).toMatchObject({ code: 'invalid-argument' });
  });

  test('keeps files and folders that operations append to, list and remove', () => {
    const world = new ScriptedWorld();
    expect([world.run(makeFolder('/f')), world.run(makeFolder('/f'))]).toEqual([true, false]);
    for (const name of ['b', 'a', '\u{1f600}', '\uffee']) world.run(append(`/f/${name}`, bytes, { sync: true }));
    expect(world.run(append('/f/a', bytes, { sync: false }))).toBe(2);
    const { entries, hasMore } = world.run(listFolder('/f', { after: 'a', limit: 2 }));
    expect([entries.map(({ name }) => name), hasMore]).toEqual([['b', '\uffee'], true]);
    expect(world.failureOf(removeFolder('/f'))).toMatchObject({ code: 'not-empty' });
    for (const name of ['b', 'a', '\u{1f600}', '\uffee']) expect(world.run(removeFile(`/f/${name}`))).toBe(true);
    expect([world.run(removeFile('/f/a')), world.run(removeFolder('/f'))]).toEqual([false, true]);
  });

  test('runs the cleanup of a cancelled shared operation and of the operation that waits for it', () => {
    const world = new ScriptedWorld();
    function* tidy(operation: Operation<unknown>): Operation<void> {
      try {
        yield* operation;
      } finally {
        yield* cleanUp(discard(staged));
      }
    }
    world.cancelBefore(({ kind }) => kind === 'sleep');
    expect(() => world.run(tidy(share(owner, tidy(sleep(1)))))).toThrow(Cancelled);
    expect(world.steps).toEqual(['share', 'sleep', 'discard', 'discard']);
  });

  test('runs the cleanup of a cancelled operation, then throws', () => {
    const world = new ScriptedWorld();
    function* tidy(): Operation<void> {
      try {
        yield* sleep(1);
      } finally {
        yield* cleanUp(discard(staged));
      }
    }
    world.cancelBefore(({ kind }) => kind === 'sleep');
    expect(() => world.run(tidy())).toThrow(Cancelled);
    expect(world.steps).toEqual(['sleep', 'discard']);
  });
});

describe('the poisoned world', () => {
  const forbidden: [string, () => unknown][] = [
    ['fetch', () => fetch('https://cloud.example')],
    ['setTimeout', () => setTimeout(() => {}, 1)],
    ['setInterval', () => setInterval(() => {}, 1)],
    ['setImmediate', () => setImmediate(() => {})],
    ['Date.now', () => Date.now()],
    ['new Date()', () => new Date()],
    ['Math.random', () => Math.random()],
  ];
  test.each(forbidden)('throws at %s and records it', (name, use) => {
    expect(use).toThrow(`an operation used ${name} instead of a step`);
    expect(takeForbiddenUses()).toEqual([name]);
  });
  test('allows dates of a given time', () => expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z'));
});

describe('parallel in the scripted world', () => {
  function* fetchOne(path: string): Operation<string> {
    return (yield* exchange({ ...get, path })).headers['x-name'] ?? '';
  }
  function worldOf(...paths: string[]): ScriptedWorld {
    const world = new ScriptedWorld();
    for (const path of paths) world.service.on('GET', path, { headers: { 'x-name': path } });
    return world;
  }

  test.each(['oldest', 'newest'] as const)(
    'returns results in the order of the operations, answered %s first',
    (order) => {
      const world = worldOf('/1', '/2', '/3');
      world.answersFirst = order;
      expect(world.run(parallel(['/1', '/2', '/3'].map(fetchOne), 3))).toEqual(['/1', '/2', '/3']);
      const asked = ['GET /1', 'GET /2', 'GET /3'];
      expect(world.service.asked).toEqual(order === 'oldest' ? asked : asked.toReversed());
    },
  );

  test('starts an operation only when fewer than the limit run', () => {
    const world = worldOf('/1', '/2', '/3');
    const started: string[] = [];
    function* many(): Generator<Operation<string>> {
      for (const path of ['/1', '/2', '/3']) {
        started.push(`${path} after ${world.service.requests.length}`);
        yield fetchOne(path);
      }
    }
    world.run(parallel(many(), 2));
    expect(started).toEqual(['/1 after 0', '/2 after 0', '/3 after 1']);
  });

  test('cancels the others when one fails, and throws that failure', () => {
    const world = worldOf('/2');
    const failure = networkFailure();
    world.service.on('GET', '/1', failure);
    let isCleanedUp = false;
    function* other(): Operation<string> {
      try {
        return yield* fetchOne('/2');
      } finally {
        isCleanedUp = true;
      }
    }
    expect(world.failureOf(parallel([fetchOne('/1'), other()], 2))).toBe(failure);
    expect(isCleanedUp).toBe(true);
  });
});
