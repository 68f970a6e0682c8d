/**
 * Compares the code around the product (emulator, conformance kit, bench) with the product itself: lines of TypeScript in the
 * packages' sources, tests not counted. `npm test` prints the ratio and fails when it rises.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.ts';

/** The largest ratio that passes. Lower it when the ratio falls. */
export const maxRatio = 0.7;

const around = ['emulator', 'conformance', 'bench'];

/** Counts lines, by package. */
export function linesByPackage(folder: string = root): Map<string, number> {
  const lines = new Map<string, number>();
  for (const path of globSync('packages/*/src/**/*.ts', { cwd: folder })) {
    if (/\.test(-d)?\.ts$|\/(tests|testing)\//.test(path)) continue;
    const name = path.split('/')[1] ?? '';
    const count = readFileSync(join(folder, path), 'utf8').split('\n').length - 1;
    lines.set(name, (lines.get(name) ?? 0) + count);
  }
  return lines;
}

/** Lines of the product, lines around it, and their ratio. */
export function codeRatio(lines: ReadonlyMap<string, number>): { product: number; around: number; ratio: number } {
  const sum = (isCounted: (name: string) => boolean): number =>
    [...lines].reduce((total, [name, count]) => total + (isCounted(name) ? count : 0), 0);
  const outside = sum((name) => around.includes(name));
  const product = sum((name) => !around.includes(name));
  return { product, around: outside, ratio: outside / product };
}
