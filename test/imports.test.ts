/**
 * What importing Isobar loads, and what its first exchange does: start-up is paid by every program, so each import that a
 * later call could do instead is one too many.
 */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const designs = ['session', 'mixin', 'flag'];
const providers = ['storage-google', 'compute-test'];

/** Runs a program in a fresh process from this file's folder. @returns What it gives to `answer`. */
function run(source: string): unknown {
  // Written at once: a stream as standard output loads much by itself.
  const program = `const { writeSync } = require('node:fs'); const answer = (value) => writeSync(1, JSON.stringify(value)); ${source}`;
  const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const;
  // As a file from standard input would be: `--eval` loads all of Node's modules for its own convenience.
  return JSON.parse(execFileSync(process.execPath, ['--input-type=commonjs', '-'], { ...options, input: program }));
}

function loadedBy(work: string): string[] {
  return run(`
    (async () => {
      // What Node loads for dynamic imports themselves, and for reading this program.
      await import('data:text/javascript,');
      const before = new Set(process.moduleLoadList);
      ${work}
      answer(process.moduleLoadList.filter((name) => name.startsWith('NativeModule') && !before.has(name)).map((name) => name.slice(13)));
    })();`) as string[];
}

test.for(designs.flatMap((design) => providers.map((provider) => [design, provider] as const)))(
  'importing design-%s and %s loads no crypto, streams, sockets, worker threads or compression',
  ([design, provider]) => {
    const loaded = loadedBy(`await import('@isobar/design-${design}'); await import('@isobar/${provider}');`);
    expect(loaded.filter((name) => !name.startsWith('internal/'))).toEqual([]);
  },
);

test('the list of what was loaded would show it', () => {
  expect(loadedBy("await import('node:crypto');")).toContain('crypto');
});

test('an exchange leaves the dispatcher of built-in fetch alone', () => {
  const state = run(`
    (async () => {
      const before = Object.getOwnPropertySymbols(globalThis).length;
      const { connect } = await import('@isobar/design-flag');
      const { googleStorage } = await import('@isobar/storage-google');
      const options = { key: 'GOOG1', secret: 'c2VjcmV0', endpoint: 'http://127.0.0.1:9', async: true, retry: false };
      const code = await connect(googleStorage, options).getObject('box', 'thing').catch((failure) => failure.code);
      answer({ code, symbols: Object.getOwnPropertySymbols(globalThis).slice(before).map(String) });
    })();`);
  expect(state).toEqual({ code: 'network', symbols: [] });
});
