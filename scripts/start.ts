/**
 * `npm start`: builds what has changed, starts the emulated clouds, runs the async RFC's three programs and its use
 * cases in each design, and prints their output side by side. Ends with what was seen, which design to take and what to
 * do next.
 */
import { type Column, sideBySide } from './columns.ts';
import type { ExampleClouds } from './example-clouds.ts';
import { nameWidth, type Outcome, seconds, step } from './steps.ts';
import { type Seen, summary } from './summary.ts';

const designs = ['session', 'mixin', 'flag'];
const programs = {
  rfc: "The RFC's three programs, each in its own design",
  regions: 'Nodes of three regions at once (the regions answer after 100, 200 and 300 ms)',
  eight: 'Nodes of eight regions, each 50 ms away: one by one, in one blocking call, awaited together',
  outage: 'Nodes of all regions while one of them is down',
  first: 'The first region that answers ends the others',
  fleet: 'A fleet of 200 nodes: made, awaited, removed',
  objects: 'Many objects up and down at once',
  report: 'A report that takes a second, while a ticker ticks every 50 ms',
};

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupt.abort());

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (failure) {
  if (!interrupt.signal.aborted) throw failure;
}
if (interrupt.signal.aborted) {
  console.log('\nStopped.');
  process.exitCode = 130;
}

async function main(): Promise<boolean> {
  const built = await step(
    'build',
    'turbo',
    ['run', 'build', '--filter=@isobar/examples...', '--output-logs=errors-only'],
    { signal: interrupt.signal },
  );
  if (!built || interrupt.signal.aborted) return false;

  // Imported late: it needs what was just built.
  const { startClouds } = await import('./example-clouds.ts');
  const started = performance.now();
  process.stdout.write('emulator'.padEnd(nameWidth));
  const clouds = await startClouds(interrupt.signal);
  try {
    console.log(`started ${seconds(performance.now() - started).padStart(8)}\n`);
    return await runAll(clouds);
  } finally {
    await clouds.close();
  }
}

async function runAll(clouds: ExampleClouds): Promise<boolean> {
  const failures: string[] = [];
  const seen = new Map<string, Seen[]>();
  const seeded = await clouds.run('seed');
  if (!seeded.ok) failures.push(failureOf('seed', seeded));
  for (const [program, title] of Object.entries(programs)) {
    const columns: Column[] = [];
    process.stdout.write(`${title}\n`);
    for (const design of designs) {
      if (interrupt.signal.aborted) return false;
      const name = `${program}-${design}`;
      const before = await clouds.exchanges();
      const outcome = await clouds.run(name);
      if (!outcome.ok) failures.push(failureOf(name, outcome));
      const exchanges = (await clouds.exchanges()) - before;
      const lines = outcome.ok ? outcome.output.split('\n') : ['FAILED, see below'];
      seen.set(program, [...(seen.get(program) ?? []), { lines, exchanges }]);
      columns.push({
        title: design,
        lines,
        foot: `${seconds(outcome.milliseconds)}, ${exchanges} exchange${exchanges === 1 ? '' : 's'}`,
      });
    }
    const width = Math.min(Math.max(process.stdout.columns ?? 110, 100), 120);
    process.stdout.write(`\n${sideBySide(columns, width)}\n\n`);
  }
  if (interrupt.signal.aborted) return false;
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) console.error(`${failures.length} of the examples failed.`);
  if (failures.length > 0) return false;
  console.log('Times are of whole programs, the start of Node included. More: examples/README.md\n');
  console.log(summary(seen));
  return true;
}

function failureOf(name: string, outcome: Outcome): string {
  return `examples/${name}.ts failed:\n${outcome.output.replace(/^/gm, '  ')}\n`;
}
