/** The check of a published package's types. */
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData, type ResolutionKind } from '@arethetypeswrong/core';

/** The entry that is published without types: it is for Isobar's own packages, and its types would be all of zod's. */
export const untypedEntry = './schema';

/** How programs resolve that are not of ES modules. */
const others: readonly (ResolutionKind | undefined)[] = ['node10', 'node16-cjs'];

/** What is wrong with a packed package's types for users of ES modules, as "are the types wrong" finds it; mostly nothing. */
export async function problemsOfPublishedTypes(tarball: string): Promise<string[]> {
  const found = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))), {
    excludeEntrypoints: [untypedEntry.slice('./'.length)],
  });
  if (found.types === false) return ['no types'];
  return found.problems
    .filter((problem) => !('resolutionKind' in problem && others.includes(problem.resolutionKind)))
    .map((problem) => JSON.stringify(problem));
}
