/**
 * Makes the package of a new storage provider: a copy of `packages/storage-memory` under the new name, which builds, passes
 * lint and types, and fails one conformance test until it speaks to a cloud of its own.
 *
 * `pnpm new-provider storage acme`; see docs/write-a-provider.md.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './steps.ts';

const usage = `Usage: pnpm new-provider storage NAME [--root FOLDER]

Makes packages/storage-NAME, a provider with the id NAME, from packages/storage-memory.

  NAME           lower-case letters, digits and dashes, such as acme
  --root FOLDER  the repository that gets the package. Default: this one
  --help         this text
`;

/** A mistake of the caller, shown without a stack. */
class UsageError extends Error {}

const template = join(root, 'packages/storage-memory');

/** The sources of the template in the words of the new provider. */
function renamed(text: string, name: string): string {
  const pascal = name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
  const camel = pascal[0]?.toLowerCase() + pascal.slice(1);
  return (
    text
      // Only names: the template also says what is in memory.
      .replaceAll('storage-memory', `storage-${name}`)
      .replaceAll('memoryStorage', `${camel}Storage`)
      .replaceAll('memoryService', `${camel}Service`)
      .replace(/Memory(?=[A-Z])/g, pascal)
      .replace(/(?<=\.\/)memory-/g, `${name}-`)
      .replace(/(?<=\b(?:id|provider): ')memory(?=')/g, name)
      .replace(/(?<=\bname: ')Memory(?=')/g, pascal)
      .replace(/^ {4}memory: /m, `    ${/^[a-z][a-z0-9]*$/.test(name) ? name : `'${name}'`}: `)
  );
}

function makeStorage(name: string, target: string): string {
  const made = join(target, 'packages', `storage-${name}`);
  if (existsSync(made)) throw new UsageError(`${made} exists already`);
  for (const folder of ['', 'src', 'test', 'testing']) {
    mkdirSync(join(made, folder), { recursive: true });
    for (const file of filesOf(join(template, folder))) {
      const text = readFileSync(join(template, folder, file), 'utf8');
      writeFileSync(join(made, folder, file.replace(/^memory-/, `${name}-`)), renamed(text, name));
    }
  }
  describePackage(made, name);
  writeFileSync(join(made, 'README.md'), readme(name));
  writeFileSync(join(made, 'testing/own-cloud.ts'), ownCloud(name));
  addOwnCloud(join(made, 'test/conformance-async.test.ts'));
  return made;
}

/** The files of a folder of the template. Tests beside its sources are of what core makes of a service, not of a provider. */
function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ name }) => name).filter((name) => folder.endsWith('test') || !name.endsWith('.test.ts'));
}

function describePackage(made: string, name: string): void {
  const file = join(made, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const keywords = ['object-storage', name, 'cloud', 'async', 'blocking'];
  const changed = { ...manifest, description: `Isobar's provider for ${name}.`, keywords };
  writeFileSync(file, `${JSON.stringify(changed, undefined, 2)}\n`);
}

function readme(name: string): string {
  return `# @isobar/storage-${name}

Object storage of ${name}, for Isobar.

Still the objects are in memory. To make it speak to a cloud, replace in this order what \`src/${name}-service.ts\` gives: \`plan\`, the
checks of names, \`put\` and \`head\`, \`get\`, \`remove\` and \`list\`, containers; then what is optional. Run
\`npx vitest run packages/storage-${name}\` after each. \`testing/own-cloud.ts\` has the one test that fails: it shows when objects are
no longer in this process.
`;
}

/** The conformance test that a copy in memory fails. */
function ownCloud(name: string): string {
  return `/** What a provider in memory cannot do: another driver, with other options for its memory, sees the same objects. */
import type { StorageKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';

/** Change the options to those of another driver of the same account. */
const another = { name: 'another process' };

/** The first case to make pass. */
export const ownCloud: Suite<StorageKit> = {
  title: 'its own cloud',
  cases: [
    {
      title: 'keeps what one driver has written for every other: objects are in ${name}, not in this process',
      async run({ containerWith, open }) {
        const home = await containerWith(['object']);
        expect(await open(another).objectExists(home, 'object')).toBe(true);
      },
    },
  ],
};
`;
}

function addOwnCloud(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text
      .replace("import { flagDrivers } from '../../design-flag/testing/drivers.ts';", (line) =>
        [line, "import { ownCloud } from '../testing/own-cloud.ts';"].join('\n'),
      )
      .replace("  without: ['credentials', 'http'],", (line) => `${line}\n  extraSuites: [ownCloud],`),
  );
}

/** What a package needs outside of its folder: the compiler's list of packages, and a note for its release. */
function registerPackage(name: string, target: string): void {
  const config = join(target, 'tsconfig.json');
  const text = readFileSync(config, 'utf8');
  const paths = [...text.matchAll(/\{ "path": "(.*)" \}/g)].map(([, path = '']) => path);
  const sorted = [...paths, `packages/storage-${name}`].sort().map((path) => `    { "path": "${path}" }`);
  writeFileSync(config, text.replace(/("references": \[\n)[\s\S]*?(\n {2}\])/, `$1${sorted.join(',\n')}$2`));
  const note = `---\n'@isobar/storage-${name}': minor\n---\n\nFirst release: object storage of ${name}.\n`;
  writeFileSync(join(target, '.changeset', `storage-${name}.md`), note);
}

function main(): void {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' }, root: { type: 'string' } },
  });
  if (values.help) return void process.stdout.write(usage);
  const [kind, name = '', ...others] = positionals;
  const target = values.root ?? root;
  if (kind !== 'storage') throw new UsageError(`the kind must be storage, not ${kind ?? 'missing'}`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new UsageError(`not a name for a provider: ${name || 'none'}`);
  if (others.length > 0) throw new UsageError(`too many arguments: ${others.join(' ')}`);
  const made = makeStorage(name, target);
  registerPackage(name, target);
  // Other names sort and wrap in other ways.
  execFileSync(join(root, 'node_modules/.bin/biome'), ['check', '--write', '--vcs-enabled=false', made], {
    cwd: target,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(`${basename(made)} is made. Next:
  pnpm install && pnpm build
  npx vitest run packages/storage-${name}    one test fails: packages/storage-${name}/README.md says what to do
A provider that Isobar ships also needs a row in the table of packages/core/src/providers/registry.ts, and in README.md.`);
}

try {
  main();
} catch (failure) {
  const isUsage = failure instanceof UsageError || (failure as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (!isUsage) throw failure;
  process.stderr.write(`${(failure as Error).message}\n\n${usage}`);
  process.exitCode = 2;
}
