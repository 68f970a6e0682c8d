/** Built-in `fetch` has its own dispatcher, which the HTTP client of Isobar must not replace. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const program = `
  const { writeSync } = require('node:fs');
  (async () => {
    const before = Object.getOwnPropertySymbols(globalThis).length;
    const { connect } = await import('@isobar/design-flag');
    const { googleStorage } = await import('@isobar/storage-google');
    const options = { key: 'GOOG1', secret: 'c2VjcmV0', endpoint: 'http://127.0.0.1:9', async: true, retry: false };
    const code = await connect(googleStorage, options).getObject('box', 'thing').catch((failure) => failure.code);
    const symbols = Object.getOwnPropertySymbols(globalThis).slice(before).map(String);
    writeSync(1, JSON.stringify({ code, symbols }));
  })();`;

test('an exchange leaves the dispatcher of built-in fetch alone', () => {
  const options = { cwd: import.meta.dirname, encoding: 'utf8', input: program } as const;
  const answer = execFileSync(process.execPath, ['--input-type=commonjs', '-'], options);
  expect(JSON.parse(answer)).toEqual({ code: 'network', symbols: [] });
});
