/** Runs the commands that a programmer would run. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonCommand } from '../contenders.ts';
import type { Services } from '../runner/cell.ts';

/** The root folder of the workspace. */
export const root: string = fileURLToPath(new URL('../../../../', import.meta.url));

/** Runs a command of the workspace to its end. */
export function runCommand(
  command: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): { readonly code: number | null; readonly output: string; readonly milliseconds: number } {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: {
      ...process.env,
      NODE_PATH: '',
      npm_config_call: '',
      npm_config_package: '',
      PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
      ...environment,
    },
  });
  const output = `${stdout ?? ''}${stderr ?? ''}${error ? String(error) : ''}`;
  return { code: status, output, milliseconds: performance.now() - started };
}

/** The same, but a failure is thrown. */
export function mustRun(...args: Parameters<typeof runCommand>): ReturnType<typeof runCommand> {
  const ended = runCommand(...args);
  if (ended.code !== 0) throw new Error(`${args[0]} ${args[1].join(' ')} failed: ${ended.output.slice(-800)}`);
  return ended;
}

/** Runs a compared program, which finds its service in the environment, and throws unless it prints what it must. */
export function runProgram(path: string, { key, secret, origin }: Services): void {
  const command = path.endsWith('.py') ? pythonCommand() : process.execPath;
  const { output } = mustRun(command, [path], root, { ENDPOINT: origin, KEY: key, SECRET: secret });
  if (output.trim() !== '20 objects, 20480 bytes')
    throw new Error(`wrong result: ${path} prints ${output.slice(-300)}`);
}

/** The TypeScript compiler's own program, without a launcher around it. */
export function compilerPath(): string {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  return join(dirname(manifest), 'lib', 'tsc.js');
}
