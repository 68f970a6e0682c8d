/** What differs between designs: compiles, lints, runs and measures small programs of one design. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hover, languageServers } from '../designs/editor.ts';
import { openings } from '../designs/openings.ts';
import { changes, ownProgram, readProgram } from '../programs.ts';
import type { Answers } from '../report/decision.ts';
import type { Contender, Design } from '../report/model.ts';
import type { Services, Task } from '../runner/cell.ts';
import { compilerPath, runCommand, runProgram } from './commands.ts';
import { compilerOptions, installDesign } from './installation.ts';
import { bundle } from './size.ts';

type Kind = Contender['kind'];

const kinds: readonly Kind[] = ['blocking', 'async'];
/** A tag in the doc comments of `connect` and of `readObject`. */
const docComment = '@throws';
const typesOfAnswers = {
  'the plain type': 'StorageObject',
  'a promise': 'Promise<StorageObject>',
  'a union of both': 'StorageObject | Promise<StorageObject>',
};
const biomeRules = { preset: 'none', nursery: { noFloatingPromises: 'error', useAwaitThenable: 'error' } };

/** Answers every question about one design; the contender is the design's id. */
export const run: Task = async ({ contender, services }) => {
  const design = contender as Design;
  const folder = mkdtempSync(join(installDesign(design, services.folder), 'design-'));
  const answers = { ...mistakes(design, folder, services), ...(await hovers(design, folder)) };
  return { kind: 'found', found: { ...answers, ...(await programs(design, services)) } };
};

/** What the compiler, the linter and the running program report. */
function mistakes(design: Design, folder: string, services: Services): Answers {
  const { open, call } = openings[design];
  const get = (kind: Kind): string => `${call('getObject', kind)}('list-20', 'object-00000000')`;
  const list = (kind: Kind): string => `${call('listContainerObjects', kind)}('list-20')`;
  const typed = (name: string, source: string, value: string): [string, string][] =>
    Object.values(typesOfAnswers).map((type, index) => [
      `${name}-${index}`,
      `${source}export const object: ${type} = ${value};\n`,
    ]);
  const sources: Record<string, string> = {
    ...Object.fromEntries(kinds.flatMap((kind) => typed(`type-${kind}`, open(kind), get(kind)))),
    ...Object.fromEntries(typed('type-boolean', open('blocking', ', async: process.argv.length > 2'), get('blocking'))),
    'await-dropped': `${open('async')}${call('deleteObject', 'async')}({ container: 'no-such-bucket', name: 'report' });\nconsole.log('deleted');\n`,
    'await-used': `${open('async')}const objects = ${list('async')};\nconsole.log(objects.length);\n`,
    'await-superfluous': `${open('blocking')}const objects = await ${list('blocking')};\nconsole.log(objects.length);\n`,
    'wrong-kind': `${open('async')}export async function handle(): Promise<number> {\n  return ${get('blocking')}.sizeBytes;\n}\n`,
    // The linter must report both, else its silence about the others means nothing.
    control: 'async function work(): Promise<number> { return 1; }\nwork();\nawait 5;\nexport {};\n',
  };
  for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, `${name}.ts`), source);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ root: true, linter: { rules: biomeRules } }));

  const { output } = runCommand(process.execPath, [compilerPath(), '-p', folder, '--pretty', 'false'], folder);
  const compiler = (name: string): string =>
    new RegExp(`^${name}\\.ts\\(\\d+,\\d+\\): error (TS\\d+)`, 'm').exec(output)?.[1] ?? 'silent';
  const linter = (name: string): string => {
    const found = runCommand('biome', ['lint', '--colors=off', '--vcs-enabled=false', `${name}.ts`], folder).output;
    return [...new Set(found.match(/\b(?:noFloatingPromises|useAwaitThenable)\b/g))].join(', ') || 'silent';
  };
  if (linter('control') !== 'noFloatingPromises, useAwaitThenable') {
    throw new Error(`wrong result: the linter reports ${linter('control')} of the control`);
  }
  const typeOf = (name: string): string => {
    if (compiler(`${name}-2`) === 'TS2353') return '`connect` refuses the option';
    const fitting = Object.keys(typesOfAnswers).find((_, index) => compiler(`${name}-${index}`) === 'silent');
    return fitting ?? `another: ${compiler(`${name}-2`)}`;
  };
  const program = (name: string): string => {
    // What is dropped must fail, and the emulator has no such bucket.
    const endpoint = name === 'await-dropped' ? services.storage : services.origin;
    const environment = { ENDPOINT: endpoint, KEY: services.key, SECRET: services.secret };
    const ended = runCommand(process.execPath, [`${name}.ts`], folder, environment);
    const [first = ''] = ended.output.trim().split('\n');
    const error = /^(\w*Error): /m.exec(ended.output)?.[1];
    return `prints \`${first}\`${error === undefined ? '' : `, then ends with \`${error}\``}, exit code ${ended.code}`;
  };
  const types = ['type-blocking', 'type-async', 'type-boolean'].map((name) => [name, typeOf(name)]);
  const awaits = ['await-dropped', 'await-used', 'await-superfluous'].map((name) => [
    name,
    `compiler: ${compiler(name)}; linter: ${linter(name)}; program: ${program(name)}`,
  ]);
  const mistake = compiler('wrong-kind');
  return {
    ...Object.fromEntries([...types, ...awaits]),
    'wrong-kind': mistake === 'silent' ? 'possible: it compiles, and blocks' : `type error ${mistake}`,
  };
}

/** Whether each editor shows a method's doc comment. */
async function hovers(design: Design, folder: string): Promise<Answers> {
  const { open, call } = openings[design];
  const shown: Record<string, string> = {};
  for (const [id, server] of Object.entries(languageServers)) {
    const answers: string[] = [];
    for (const kind of kinds) {
      const source = `${open(kind)}export const read = ${call('readObject', kind)}({ container: 'c', name: 'n' });\n`;
      const path = join(folder, `hover-${kind}.ts`);
      writeFileSync(path, source);
      const offsets = [source.indexOf('connect }'), source.lastIndexOf('readObject')].map((offset) => offset + 2);
      const [control, text = ''] = (await hover(server, path, offsets)) ?? [];
      if (control === undefined) continue;
      // `connect` has a doc comment: if that is not shown, the other answer means nothing.
      if (!control.includes(docComment)) throw new Error(`wrong result: ${id} shows connect() as ${control}`);
      answers.push(`${kind}: ${text.includes(docComment) ? 'shown' : 'not shown'}`);
    }
    shown[id] = answers.join('; ') || 'not measured: `npm run bench:rivals` installs it';
  }
  return shown;
}

/** Sizes of programs and the changes between them. Each program is run, and its output compared. */
async function programs(design: Design, services: Services): Promise<Answers> {
  const read = (name: string): ReturnType<typeof readProgram> => {
    runProgram(ownProgram(name), services);
    return readProgram(ownProgram(name));
  };
  const blocking = read(`sum-${design}-blocking`);
  const both = read(`both-${design}`);
  const changed = (after: string): string => {
    const { lines, tokens } = changes(blocking.source, after);
    return `${lines} of ${blocking.lines} lines, ${tokens} tokens`;
  };
  const drivers = both.source.match(/\bconnect\(/g)?.length ?? 0;
  return {
    'both-drivers': `${drivers} ${drivers === 1 ? 'driver' : 'drivers'}${both.source.includes('new AsyncSession') ? ' and a session' : ''}`,
    'both-tokens': both.tokens,
    'move-part': changed(both.source),
    'move-all': changed(read(`moved-${design}`).source),
    'tokens-blocking': blocking.tokens,
    'tokens-async': read(`sum-${design}-async`).tokens,
    'bundle-bytes': (await bundle(ownProgram(`sum-${design}-async`))).length,
  };
}
