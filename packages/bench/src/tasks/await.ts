/** A forgotten `await`: what the compiler, the linter and the running program say, each run for real. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../report/model.ts';
import type { Task } from '../runner/cell.ts';
import { compilerPath, root, runCommand } from './commands.ts';
import { openings } from './openings.ts';

/** Asks the compiler, the linter and the running program about a call whose `await` was forgotten. */
export const run: Task = ({ contender, services }) => {
  const opening = openings[contender];
  if (!opening) throw new Error(`no opening of ${contender}`);
  const parent = join(root, 'bench-report');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'await-'));
  try {
    const write = opening.call('deleteObject');
    const list = opening.call('listContainerObjects');
    const samples = {
      dropped: `${opening.source}\n${write}({ container: 'no-such-bucket', name: 'report' });\nconsole.log('deleted');\n`,
      // The linter must see this one, else its silence about the others tells nothing.
      control: 'async function work(): Promise<void> {}\nwork();\nexport {};\n',
      used: `${opening.source}\nconst objects = ${list}('list-20');\nconsole.log(objects.length);\n`,
    };
    for (const [name, source] of Object.entries(samples)) writeFileSync(join(folder, `${name}.ts`), source);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(biomeSettings));
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2024',
      strict: true,
      noEmit: true,
      types: ['node'],
      skipLibCheck: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const environmentOf = (name: string): Record<string, string> => ({
      // What is dropped fails, what is used would have come.
      ENDPOINT: name === 'used' ? services.origin : services.storage,
      KEY: services.key,
      SECRET: services.secret,
    });
    const compiler = runCommand(process.execPath, [compilerPath(), '-p', folder, '--pretty', 'false'], folder).output;
    const lintOf = (name: string): string =>
      runCommand('biome', ['lint', '--colors=off', '--vcs-enabled=false', `${name}.ts`], folder).output;
    if (!lintOf('control').includes('noFloatingPromises'))
      throw new Error('wrong result: the linter sees nothing at all');
    const outcomes: Record<string, Outcome> = {};
    for (const name of ['dropped', 'used']) {
      const what = name === 'used' ? 'its result is used' : 'its result is dropped';
      const said = compiler.split('\n').filter((line) => line.startsWith(`${name}.ts`));
      const lint = lintOf(name);
      const ran = runCommand(process.execPath, [`${name}.ts`], folder, environmentOf(name));
      outcomes[`await/${what}: compiler`] = text(said.join('\n') || 'nothing');
      outcomes[`await/${what}: linter`] = text(
        lint.includes('noFloatingPromises') ? firstLines(lint, /A "floating"|Promise/) : 'nothing',
      );
      const spoken = ran.output.trim().split('\n');
      const thrown = spoken.find((line) => /^\w*Error: /.test(line));
      const printed = `prints ${/^(?:file:|node:)/.test(spoken[0] ?? '') ? 'nothing' : spoken[0]}${thrown === undefined ? '' : `, then dies of ${thrown}`}`;
      outcomes[`await/${what}: run time`] = text(`${printed}; exit code ${ran.code}`);
    }
    return { kind: 'outcomes', outcomes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const biomeSettings = {
  root: true,
  linter: { rules: { preset: 'none', nursery: { noFloatingPromises: 'error', noMisusedPromises: 'error' } } },
};

function text(said: string): Outcome {
  return { kind: 'text', text: said };
}

function firstLines(output: string, about: RegExp): string {
  return (
    output
      .split('\n')
      .find((line) => about.test(line))
      ?.replace(/^[^A-Za-z"]*/, '')
      .trim() ?? 'noFloatingPromises'
  );
}
