/**
 * Measures the costs of imports and calls, each in a fresh process; see `program.ts`. `node test/cost/measure.ts
 * --write` writes all figures to the table, `--names 'GET of 1 KiB, async'` prints the functions and modules of one
 * row.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeTable } from './allowances.ts';
import { startOrigin } from './origin.ts';
import type { Figures, Input } from './program.ts';

type Row = Omit<Input, 'pass' | 'endpoint'>;

const usual = { design: 'flag', provider: 'storage-google' };
const imports = ['session', 'mixin', 'flag'].flatMap((design) =>
  ['storage-google', 'compute-test'].map((provider): [string, Row] => [
    `import of design-${design} and ${provider}`,
    { subject: 'import', isAsync: true, design, provider },
  ]),
);
const calls = (['first GET', 'GET', 'PUT', 'page'] as const).flatMap((subject) =>
  [false, true].map((isAsync): [string, Row] => [
    `${subject === 'page' ? 'page of 1,000 objects' : `${subject} of 1 KiB`}, ${isAsync ? 'async' : 'blocking'}`,
    { subject, isAsync, ...usual },
  ]),
);

/** The measured rows, by name. */
export const rows: ReadonlyMap<string, Row> = new Map([...imports, ...calls]);

/**
 * With these flags, allocations differ least between runs: no code is optimized, nothing runs in other threads, and no
 * garbage is collected. So the figures are those of interpreted code, which allocates more.
 */
const memoryFlags =
  '--expose-gc --single-threaded --no-opt --no-maglev --no-sparkplug --min-semi-space-size=128 --max-semi-space-size=128';

/** Measures all figures of a row. */
export async function measure(name: string, variant: Partial<Row> = {}): Promise<Figures> {
  const row = rows.get(name);
  if (!row) throw new Error(`there is no row "${name}"; the rows are ${[...rows.keys()].join('; ')}`);
  const isUsual = row.design === usual.design && row.provider === usual.provider;
  const passes: Input['pass'][] = isUsual ? ['calls', 'memory'] : [];
  if (row.subject === 'import' || row.subject === 'first GET') passes.push('modules');
  return Object.assign({}, ...(await Promise.all(passes.map((pass) => run({ ...row, ...variant, pass })))));
}

async function run(input: Omit<Input, 'endpoint'>): Promise<Figures> {
  // A blocked thread polls once before it waits. A late reply keeps the count the same: the first poll never finds it.
  using origin = await startOrigin(input.pass === 'calls' && !input.isAsync ? 20 : 0);
  const flags = input.pass === 'memory' ? memoryFlags.split(' ') : [];
  const program = fileURLToPath(new URL('program.ts', import.meta.url));
  const argument = JSON.stringify({ ...input, endpoint: origin.url } satisfies Input);
  const env = { PATH: process.env.PATH };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, program, argument], { env });
  if (input.names) process.stdout.write(stderr);
  const { figures, callsMade } = JSON.parse(stdout) as { figures: Figures; callsMade: number };
  if (input.pass !== 'calls' || input.subject === 'import') return figures;
  const { bytes, connections, exchanges } = origin.received;
  return { ...figures, exchanges: exchanges / callsMade, 'request bytes': bytes / callsMade, connections };
}

if (import.meta.main) {
  const [option, name] = process.argv.slice(2);
  if (option === '--names') await measure(name ?? '', { names: true });
  if (option === '--write') {
    const measured: Record<string, Figures> = {};
    for (const row of rows.keys()) measured[row] = await measure(row);
    writeTable(measured);
  }
}
