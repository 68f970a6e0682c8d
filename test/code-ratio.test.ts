/** The ratio of the code around the product to the product, which `npm test` prints and limits. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { codeRatio, linesByPackage } from '../scripts/code-ratio.ts';

const folder = mkdtempSync(join(tmpdir(), 'isobar-code-ratio-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('counts the lines of sources, not of tests, by package', () => {
  const files: Record<string, number> = {
    'core/src/a.ts': 30,
    'core/src/deep/b.ts': 10,
    'core/src/a.test.ts': 100,
    'core/testing/double.ts': 100,
    'storage-x/src/index.ts': 10,
    'bench/src/a.ts': 20,
    'emulator/src/tests/client.ts': 100,
    'emulator/src/main.ts': 80,
  };
  for (const [path, lines] of Object.entries(files)) {
    const file = join(folder, 'packages', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'x\n'.repeat(lines));
  }
  const lines = linesByPackage(folder);
  expect(Object.fromEntries(lines)).toEqual({ core: 40, 'storage-x': 10, bench: 20, emulator: 80 });
  expect(codeRatio(lines)).toEqual({ product: 50, around: 100, ratio: 2 });
});
