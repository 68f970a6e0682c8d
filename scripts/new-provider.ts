/**
 * Makes the package of a new provider: a copy of `packages/storage-memory` or `packages/compute-test` under the new name, which
 * builds, passes lint and types, and fails one conformance test until it speaks to a cloud of its own.
 *
 * `pnpm new-provider storage acme`; see docs/write-a-provider.md.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './steps.ts';

const usage = `Usage: pnpm new-provider storage|compute NAME [--root FOLDER]

Makes packages/storage-NAME, a provider with the id NAME, from packages/storage-memory, or packages/compute-NAME, with the id
compute-NAME, from packages/compute-test.

  NAME           lower-case letters, digits and dashes, such as acme
  --root FOLDER  the repository that gets the package. Default: this one
  --help         this text
`;

/** A mistake of the caller, shown without a stack. */
class UsageError extends Error {}

/** A name in its forms: `acme-cloud`, `AcmeCloud`, `acmeCloud`. */
interface Forms {
  readonly name: string;
  readonly pascal: string;
  readonly camel: string;
}

/** What is special about a kind of provider. */
interface Kind {
  readonly template: string;
  /** What it offers, for texts: `object storage`. */
  readonly offers: string;
  readonly keyword: string;
  /** Text of the template in the words of the new provider. */
  renamed(text: string, forms: Forms): string;
  /** What is left to do, for the README. */
  readonly next: (name: string) => string;
  /** The conformance test that the copy fails. */
  readonly ownCloud: (name: string) => string;
  /** The file that names the kit's suites, and how it gets another. */
  readonly suites: string;
  withOwnCloud(text: string): string;
}

const kinds: Readonly<Record<string, Kind>> = {
  storage: {
    template: 'storage-memory',
    offers: 'object storage',
    keyword: 'object-storage',
    renamed: (text, { camel, name, pascal }) =>
      text
        // Only names: the template also says what is in memory.
        .replaceAll('storage-memory', `storage-${name}`)
        .replaceAll('memoryStorage', `${camel}Storage`)
        .replaceAll('memoryService', `${camel}Service`)
        .replace(/Memory(?=[A-Z])/g, pascal)
        .replace(/(?<=\.\/)memory-/g, `${name}-`)
        .replace(/(?<=\b(?:id|provider): ')memory(?=')/g, name)
        .replace(/(?<=\bname: ')Memory(?=')/g, pascal)
        .replace(/^ {4}memory: /m, `    ${/^[a-z][a-z0-9]*$/.test(name) ? name : `'${name}'`}: `),
    next: (
      name,
    ) => `Still the objects are in memory. To make it speak to a cloud, replace in this order what \`src/${name}-service.ts\` gives: \`plan\`, the
checks of names, \`put\` and \`head\`, \`get\`, \`remove\` and \`list\`, containers; then what is optional.`,
    ownCloud: storageOwnCloud,
    suites: 'test/conformance-async.test.ts',
    withOwnCloud: (text) =>
      text
        .replace("import { flagDrivers } from '../../design-flag/testing/drivers.ts';", (line) =>
          [line, "import { ownCloud } from '../testing/own-cloud.ts';"].join('\n'),
        )
        .replace("  without: ['credentials', 'http'],", (line) => `${line}\n  extraSuites: [ownCloud],`),
  },
  compute: {
    template: 'compute-test',
    offers: 'compute',
    keyword: 'compute',
    renamed: (text, { camel, name, pascal }) =>
      text
        .replaceAll('compute-test', `compute-${name}`)
        .replaceAll('testCompute', `${camel}Compute`)
        .replace(/Test(?=(?:Compute|Extra|Image|Node|Region|Report|Size|Snapshot|Volume)(?![a-z]*Of\b))/g, pascal)
        .replaceAll("'Test cloud'", `'${pascal}'`),
    next: (
      name,
    ) => `Still it speaks to the test cloud. To make it speak to a cloud of its own, replace \`src/options.ts\` (how users connect),
\`src/requests.ts\` (endpoint, credentials, pages), \`src/failures.ts\` and \`src/wire\` (documents) first; then one file of operations after
the other: \`catalogue\`, \`nodes\`, \`key-pairs\`, \`volumes\`. Remove the methods that start with \`ex\` and that your cloud does not
have, with their suites in \`test\`, and the capabilities that it lacks. Describe ${name} in \`test/conform-compute.ts\`.`,
    ownCloud: computeOwnCloud,
    suites: 'test/conform-compute.ts',
    withOwnCloud: (text) =>
      text
        .replace("import { regionSuite } from './regions.ts';", (line) =>
          ["import { ownCloud } from '../testing/own-cloud.ts';", line].join('\n'),
        )
        .replace('extraSuites: [', (start) => `${start}ownCloud, `),
  },
};

function formsOf(name: string): Forms {
  const pascal = name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
  return { name, pascal, camel: pascal[0]?.toLowerCase() + pascal.slice(1) };
}

function makePackage(kind: Kind, packageName: string, name: string, target: string): string {
  const made = join(target, 'packages', packageName);
  if (existsSync(made)) throw new UsageError(`${made} exists already`);
  const template = join(root, 'packages', kind.template);
  const folders = ['.', ...readdirSync(template, { recursive: true, encoding: 'utf8' })].filter((path) =>
    /^(\.|(src|test|testing)(\/[a-z-]+)*)$/.test(path),
  );
  for (const folder of folders.filter((path) => statSync(join(template, path)).isDirectory())) {
    mkdirSync(join(made, folder), { recursive: true });
    for (const file of filesOf(join(template, folder), folder)) {
      const text = readFileSync(join(template, folder, file), 'utf8');
      writeFileSync(join(made, folder, file.replace(/^memory-/, `${name}-`)), kind.renamed(text, formsOf(name)));
    }
  }
  describePackage(made, kind, name);
  writeFileSync(join(made, 'README.md'), readme(kind, packageName, name));
  mkdirSync(join(made, 'testing'), { recursive: true });
  writeFileSync(join(made, 'testing/own-cloud.ts'), kind.ownCloud(name));
  const suites = join(made, kind.suites);
  writeFileSync(suites, kind.withOwnCloud(readFileSync(suites, 'utf8')));
  return made;
}

/**
 * The files of a folder of the template. Tests beside its sources, and what only they use, are of what the template does, not of
 * a provider.
 */
function filesOf(path: string, folder: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
  return entries
    .map(({ name }) => name)
    .filter((name) => folder === 'test' || !name.endsWith('.test.ts'))
    .filter((name) => !/^(scripted-cloud|test-cloud-scripts)\.ts$/.test(name));
}

function describePackage(made: string, { keyword, offers }: Kind, name: string): void {
  const file = join(made, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const keywords = [keyword, name, 'cloud', 'async', 'blocking'];
  const { devDependencies: _, ...kept } = manifest;
  const changed = { ...kept, description: `Isobar's provider for ${offers} of ${name}.`, keywords };
  writeFileSync(file, `${JSON.stringify(changed, undefined, 2)}\n`);
}

function readme({ next, offers }: Kind, packageName: string, name: string): string {
  return `# @isobar/${packageName}

${offers[0]?.toUpperCase()}${offers.slice(1)} of ${name}, for Isobar.

${next(name)} Run
\`npx vitest run packages/${packageName}\` after each. \`testing/own-cloud.ts\` has the one test that fails: it shows when the copy has
become a provider of its own.
`;
}

/** The conformance test that a copy in memory fails. */
function storageOwnCloud(name: string): string {
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

/** The conformance test that a copy of the provider of the test cloud fails. */
function computeOwnCloud(name: string): string {
  return `/** What shows that a provider no longer speaks to the test cloud. */
import type { ComputeKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';

/** The first case to make pass. */
export const ownCloud: Suite<ComputeKit> = {
  title: 'its own cloud',
  cases: [
    {
      title: 'lists the sizes of ${name}, not those of the test cloud',
      async run({ driver }) {
        const sizes = await driver.listSizes();
        expect(sizes.map(({ id }) => id)).not.toContain('test-size-1');
      },
    },
  ],
};
`;
}

/** What a package needs outside of its folder: the compiler's list of packages, and a note for its release. */
function registerPackage(packageName: string, what: string, target: string): void {
  const config = join(target, 'tsconfig.json');
  const text = readFileSync(config, 'utf8');
  const paths = [...text.matchAll(/\{ "path": "(.*)" \}/g)].map(([, path = '']) => path);
  const sorted = [...paths, `packages/${packageName}`].sort().map((path) => `    { "path": "${path}" }`);
  writeFileSync(config, text.replace(/("references": \[\n)[\s\S]*?(\n {2}\])/, `$1${sorted.join(',\n')}$2`));
  const note = `---\n'@isobar/${packageName}': minor\n---\n\nFirst release: ${what}.\n`;
  writeFileSync(join(target, '.changeset', `${packageName}.md`), note);
}

function main(): void {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' }, root: { type: 'string' } },
  });
  if (values.help) return void process.stdout.write(usage);
  const [kindName = '', name = '', ...others] = positionals;
  const target = values.root ?? root;
  const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
  if (!kind) throw new UsageError(`the kind must be storage or compute, not ${kindName || 'missing'}`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new UsageError(`not a name for a provider: ${name || 'none'}`);
  if (others.length > 0) throw new UsageError(`too many arguments: ${others.join(' ')}`);
  const packageName = `${kindName}-${name}`;
  const made = makePackage(kind, packageName, name, target);
  registerPackage(packageName, `${kind.offers} of ${name}`, target);
  // Other names sort and wrap in other ways.
  execFileSync(join(root, 'node_modules/.bin/biome'), ['check', '--write', '--vcs-enabled=false', made], {
    cwd: target,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(`${basename(made)} is made. Next:
  pnpm install && pnpm build && npm run api
  npx vitest run packages/${packageName}    one test fails: packages/${packageName}/README.md says what to do
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
