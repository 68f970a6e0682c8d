/** The rehearsal of a release, step by step. `release-dry.ts` starts it, and removes what it leaves. */
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { execute, layouts, yarn } from '../../test/layouts.ts';
import { root } from '../steps.ts';
import { bunLayout } from './bun.ts';
import { checkInstalled, checkPublished, compile, unpack, whatMoved } from './checks.ts';
import { startPublishedEmulator } from './emulator.ts';
import { installProgram, programs, runProgram, seed } from './programs.ts';
import { startRegistry, versionOf } from './registry.ts';
import { check, printTable } from './results.ts';
import { cloneWorkspace, forkAddress } from './workspace.ts';

/** The oldest TypeScript that is promised (the first with `using`) and the newest, with types of Node that each can read. */
const compilers = [
  { typescript: '5.2.2', nodeTypes: '20.19.0' },
  { typescript: '7.0.2', nodeTypes: '24.19.2' },
];

const [folder = ''] = process.argv.slice(2);
const at = (...names: string[]) => join(folder, ...names);
const examples = join(root, 'examples');
const tools = join(root, 'scripts', 'release', 'tools');

// What npm tells this script is not meant for the package managers below. They run on the Node that runs this.
for (const name of Object.keys(process.env)) if (/^p?npm_/i.test(name)) delete process.env[name];
process.env.PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
const developer = { HOME: process.env.HOME ?? '' };

execute('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], tools);
const registry = await startRegistry(at('registry'), tools);
const workspace = cloneWorkspace(root, at('workspace'), developer);
await check('first release: version, build, publish', () => {
  workspace.release(registry);
  return `${workspace.names.length} packages`;
});
const version = await versionOf(registry, '@isobar/core');
const source = { url: registry, version };

// From here on, a user: without settings, without anything in a cache.
mkdirSync(at('home'));
process.env.HOME = at('home');

const first = unpack(workspace.names, registry, at('first'));
for (const name of workspace.names) {
  await check(`${name}@${version} as published`, () => checkPublished(first, name, forkAddress, root));
}

const clouds = await startPublishedEmulator(at('emulator'), registry);
await check('npx @isobar/emulator in an empty folder', () => clouds.ISOBAR_STORAGE ?? '');

const managers = [...layouts, yarn('yarn, node_modules', 'node-modules'), bunLayout(tools)];
const [npm] = managers;
if (npm === undefined) throw new Error('no package manager');
const folderOf = (manager: { name: string }, file: string) =>
  at('users', manager.name.replaceAll(/\W+/g, '-'), file.replace('.ts', ''));

for (const manager of managers) {
  for (const program of programs) {
    await check(`${program.file}, ${manager.name}`, () => {
      const place = folderOf(manager, program.file);
      installProgram(program, manager, place, examples, source);
      if (manager === npm && program === programs[0]) seed(manager, place, clouds);
      runProgram(program, manager, place, clouds);
      return program.wanted.join(', ');
    });
  }
}

for (const { file } of programs) {
  await check(`${file}, what npm installed`, () => checkInstalled(folderOf(npm, file)));
}
for (const { typescript, nodeTypes } of compilers) {
  for (const resolution of ['nodenext', 'bundler'] as const) {
    await check(`TypeScript ${typescript}, ${resolution}`, () => {
      const packages = [...new Set(programs.flatMap(({ wanted }) => wanted)), `typescript@${typescript}`];
      return compile(
        [...packages, `@types/node@${nodeTypes}`],
        resolution,
        at('compile', typescript),
        examples,
        registry,
      );
    });
  }
}

await check('second release, with a change of @isobar/storage-google', () => {
  workspace.addChangeset('@isobar/storage-google', 'A change of the dry run.');
  workspace.release(registry);
  return 'published';
});
await check('what moved', () => whatMoved(first, unpack(workspace.names, registry, at('second'))));
await check('npm update', () => {
  const place = folderOf(npm, 'rfc-flag.ts');
  execute('npm', ['update', '--no-audit', '--no-fund', '--loglevel=error'], place);
  runProgram(programs[0], npm, place, clouds);
  return checkInstalled(place);
});

process.exit(printTable() ? 0 : 1);
