import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { findProgram } from './program.ts';

describe("the worker's program", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.for([
    ['a path', '/opt/a worker.mjs', 'file:///opt/a%20worker.mjs'],
    ['a path from the working folder', 'worker.mjs', pathToFileURL('worker.mjs').href],
    ['a file URL', 'file:///opt/a%20worker.mjs', 'file:///opt/a%20worker.mjs'],
  ] as const)('is the file at %s, given or in ISOBAR_WORKER', ([, location, url]) => {
    expect(findProgram(location).href).toBe(url);
    vi.stubEnv('ISOBAR_WORKER', location);
    expect(findProgram('').href).toBe(url);
    expect(findProgram('/other.mjs').href).toBe('file:///other.mjs');
  });

  test('is refused when it is a malformed URL', () => {
    const message = '`worker` must be a path or a file URL, not "file://["';
    expect(() => findProgram('file://[')).toThrow(expect.objectContaining({ code: 'invalid-argument', message }));
    vi.stubEnv('ISOBAR_WORKER', 'file://[');
    expect(() => findProgram('')).toThrow(`${message} (from ISOBAR_WORKER)`);
  });

  test.for([undefined, ''])('is beside the module when ISOBAR_WORKER is %j', (location) => {
    vi.stubEnv('ISOBAR_WORKER', location);
    expect(findProgram('').href).toBe(new URL('./isobar-worker.mjs', import.meta.url).href);
  });

  test('must be given in a bundle that does not know its own URL', () => {
    vi.stubEnv('ISOBAR_WORKER', undefined);
    expect(findProgram('/worker.mjs', '').href).toBe('file:///worker.mjs');
    expect(() => findProgram('', '')).toThrow(
      expect.objectContaining({ code: 'worker-lost', message: expect.stringContaining('ISOBAR_WORKER') }),
    );
  });
});
