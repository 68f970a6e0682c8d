/** The RFC's programs, as a user has them: in an empty folder, beside what they import from the registry. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout, Registry } from '../../test/layouts.ts';

/** One program. */
export interface Program {
  readonly file: string;
  /** What a user installs to run it. */
  readonly wanted: readonly string[];
  /** What it must print after `seed` has filled the storage. */
  readonly prints: RegExp;
}

const awaitedObjects = /awaited: monday\.txt, 19 bytes\n(.*\n)*awaited: 998\.txt, 16 bytes\n$/;

/** One program for each design. */
export const programs: readonly [Program, ...Program[]] = [
  {
    file: 'rfc-flag.ts',
    wanted: ['@isobar/design-flag', '@isobar/storage-google'],
    prints: new RegExp(`^awaited: isobar-charts\n${awaitedObjects.source}`),
  },
  {
    file: 'rfc-mixin.ts',
    wanted: ['@isobar/core', '@isobar/design-mixin', '@isobar/storage-google'],
    prints: new RegExp(`^blocking: isobar-charts\nblocking: isobar-readings\n${awaitedObjects.source}`),
  },
  {
    file: 'rfc-session.ts',
    wanted: ['@isobar/compute-test', '@isobar/design-session'],
    prints: /^(blocking: \S+ is \w+\n)+(awaited: \S+ is \w+\n)+report: \S/,
  },
];

/** Variables that say where the clouds are. */
export type Clouds = Readonly<Record<string, string>>;

/** Copies the programs, and the files that they import, into a user's folder. */
export function copyExamples(examples: string, folder: string): void {
  const files = [...programs.map(({ file }) => file), 'clouds.ts', 'seed.ts'];
  for (const file of files) copyFileSync(join(examples, file), join(folder, file));
}

/** Installs what a program needs into a new folder. */
export function installProgram(
  { wanted }: Program,
  layout: Layout,
  folder: string,
  examples: string,
  registry: Registry,
): void {
  mkdirSync(folder, { recursive: true });
  copyExamples(examples, folder);
  layout.install(folder, wanted, registry);
}

/** Fills the storage. */
export function seed(layout: Layout, folder: string, clouds: Clouds): void {
  layout.run(folder, 'seed.ts', clouds);
}

/** Runs an installed program; it must print what it should. */
export function runProgram({ file, prints }: Program, layout: Layout, folder: string, clouds: Clouds): void {
  const output = layout.run(folder, file, clouds);
  if (!prints.test(output)) throw new Error(`${file} printed:\n${output}`);
}
