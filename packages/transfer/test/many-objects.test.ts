/** A run holds what it works on, not the tree. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../testing/many-objects.ts', import.meta.url));

function measure(count: number): { readonly same: number; readonly copied: number; readonly peakMiB: number } {
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', program, String(count)], { encoding: 'utf8' }));
}

test('a million objects hold no more memory than fifty thousand', {
  timeout: 180_000,
}, () => {
  const [few, many] = [measure(50_000), measure(1_000_000)];
  expect(many).toMatchObject({ same: 1_000_000, copied: 1_000_000 });
  expect(many.peakMiB).toBeLessThan(few.peakMiB + 16);
});
