/**
 * The names of arguments in tables of methods, which messages show, match the contracts. TypeScript checks their number but
 * not their names, so this reads the declarations as text.
 */
import { readFileSync } from 'node:fs';
import { testCompute } from '@isobar/compute-test';
import type { AnyProvider } from '@isobar/core';
import type { Method } from '@isobar/core/provider';
import { googleStorage } from '@isobar/storage-google';
import { expect, test } from 'vitest';

/** The names of the parameters, options included, of every method declared in some files of `packages`. */
function declaredIn(files: readonly string[]): Map<string, string[]> {
  const declared = new Map<string, string[]>();
  for (const file of files) {
    const source = readFileSync(new URL(`../packages/${file}`, import.meta.url), 'utf8').replace(/\/\*.*?\*\//gs, '');
    for (const [, name = '', parameters = ''] of source.matchAll(/\n {2}(\w+)\(((?:[^()]|\([^()]*\))*)\):/g)) {
      const names = Array.from(parameters.matchAll(/(?:^|,)\s*(\w+)\??:/g), ([, parameter = '']) => parameter);
      declared.set(name, names);
    }
  }
  return declared;
}

test.for<[string, AnyProvider, string[]]>([
  ['google-storage', googleStorage, ['core/src/storage/contract.ts', 'storage-google/src/contract.ts']],
  ['compute-test', testCompute, ['core/src/compute/contract.ts', 'compute-test/src/operations.ts']],
])('%s names its arguments as declared', ([, { methods }, files]) => {
  const declared = declaredIn(files);
  expect(Object.keys(methods).length).toBeGreaterThan(30);
  for (const [name, method] of Object.entries(methods as Record<string, Method>)) {
    const names = method.arguments.map((argument) => argument.name);
    expect(names, name).toEqual(declared.get(name)?.slice(0, -1));
  }
});
