import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { programAt } from './program.ts';

describe('the program of the worker', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.for([
    ['a path', '/opt/a worker.mjs', 'file:///opt/a%20worker.mjs'],
    ['a path from the working folder', 'worker.mjs', pathToFileURL('worker.mjs').href],
    ['a file URL', 'file:///opt/a%20worker.mjs', 'file:///opt/a%20worker.mjs'],
  ] as const)('is at %s that was given, or that ISOBAR_WORKER names', ([, place, url]) => {
    expect(programAt(place).href).toBe(url);
    vi.stubEnv('ISOBAR_WORKER', place);
    expect(programAt('').href).toBe(url);
    expect(programAt('/other.mjs').href).toBe('file:///other.mjs');
  });

  test.for([undefined, ''])('is beside the module when ISOBAR_WORKER is %j', (place) => {
    vi.stubEnv('ISOBAR_WORKER', place);
    expect(programAt('').href).toBe(new URL('./isobar-worker.mjs', import.meta.url).href);
  });

  test('has no place in a bundle that does not know its own', () => {
    vi.stubEnv('ISOBAR_WORKER', undefined);
    expect(programAt('/worker.mjs', '').href).toBe('file:///worker.mjs');
    expect(() => programAt('', '')).toThrow(
      expect.objectContaining({ code: 'worker-lost', message: expect.stringContaining('ISOBAR_WORKER') }),
    );
  });
});
