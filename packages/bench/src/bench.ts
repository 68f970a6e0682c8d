/** A whole run: services up, every measurement, tables as they come, the report, services down. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contenders, isInstalled, pythonCommand, rivalsFolder } from './contenders.ts';
import { measurements } from './measurements/all.ts';
import { renderPage } from './page/render-page.ts';
import { programs } from './programs.ts';
import { type Baseline, baselineOf, compareWithBaseline } from './report/baseline.ts';
import { formatValue } from './report/format.ts';
import { thisMachine, versions } from './report/machine.ts';
import { markdownOf } from './report/markdown.ts';
import { methodOf } from './report/method.ts';
import type { Experiment, Report } from './report/model.ts';
import { terminalTable } from './report/table.ts';
import { targetsOf } from './report/targets.ts';
import { writeReport } from './report/write.ts';
import type { CellInput } from './runner/cell.ts';
import { type CellProgram, killCells, nodeProgram, runCell } from './runner/cell-process.ts';
import type { Kind, Measurement } from './runner/measurement.ts';
import { checkOrigin } from './runner/origin-check.ts';
import { type Context, runMeasurement } from './runner/run.ts';
import { startServices } from './runner/services.ts';
import { seededRandom } from './statistics.ts';
import { root } from './tasks/commands.ts';

/** What the user asked for. */
export interface Choices {
  readonly kind: Kind;
  readonly only?: readonly string[];
  readonly contenders?: readonly string[];
  readonly seed: number;
  readonly check: boolean;
  readonly saveBaseline: boolean;
  readonly publish: boolean;
}

const baselinePath = join(root, 'packages/bench/baseline.json');
const reportFolder = join(root, 'bench-report');

/** Runs everything that was chosen. @returns The exit code. */
export async function bench(choices: Choices, signal: AbortSignal): Promise<number> {
  const begun = performance.now();
  const startedAt = new Date().toISOString();
  const machine = thisMachine();
  console.log(`${choices.kind} run, Node ${machine.node}, ${machine.cores} × ${machine.cpu}, seed ${choices.seed}\n`);
  signal.addEventListener('abort', killCells);
  try {
    await using running = await startServices();
    const context: Context = {
      kind: choices.kind,
      random: seededRandom(choices.seed),
      services: running.services,
      signal,
      perform: (input, limitMs) => runCell(programOf(input), limitMs),
      progress: showProgress,
    };
    const origin = await checkOrigin(context);
    const experiments: Experiment[] = [];
    const broken: string[] = [];
    for (const measurement of chosenMeasurements(choices)) {
      heading = measurement.id;
      try {
        const found = await runMeasurement(measurement, context);
        clearProgress();
        for (const experiment of found) console.log(terminalTable(experiment));
        experiments.push(...found);
      } catch (failure) {
        // A mistake of one measurement must not lose the others, which took long.
        if (signal.aborted) throw failure;
        clearProgress();
        broken.push(measurement.id);
        console.error(`${measurement.id} FAILED:`, failure);
      }
    }
    const report = reportOf(choices, { startedAt, durationMs: performance.now() - begun, origin, experiments });
    const code = await finish(report, choices);
    return broken.length > 0 ? Math.max(code, 1) : code;
  } catch (failure) {
    clearProgress();
    if (!signal.aborted) throw failure;
    console.log('Interrupted.');
    return 130;
  } finally {
    killCells();
  }
}

function chosenMeasurements({ only, contenders: among, kind }: Choices): Measurement[] {
  return measurements
    .filter(({ id }) => only === undefined || only.includes(id))
    .map((measurement) => ({
      ...measurement,
      contenders: measurement.contenders.filter((id) => among === undefined || among.includes(id)),
      // Asked for by name, it runs in a quick run too.
      ...(only !== undefined && measurement.rounds[kind] === 0 && { rounds: { quick: 1, full: 1 } }),
    }));
}

function programOf(input: CellInput): CellProgram {
  if (input.contender !== 'libcloud' || input.task === 'program') {
    const program = nodeProgram(input);
    // Keeps what Node compiles from cell to cell, which starts them sooner. A cold start must find nothing of it.
    const environment = { NODE_COMPILE_CACHE: join(input.services.folder, 'compiled') };
    return input.task === 'cold' ? program : { ...program, environment };
  }
  return { command: pythonCommand(), args: [join(rivalsFolder, 'libcloud_cell.py'), JSON.stringify(input)] };
}

interface Findings {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly origin: string;
  readonly experiments: readonly Experiment[];
}

function reportOf({ kind, seed }: Choices, { startedAt, durationMs, origin, experiments }: Findings): Report {
  const missing = contenders.filter(({ id }) => !isInstalled(id)).map(({ name }) => name);
  return {
    schemaVersion: 1,
    kind,
    startedAt,
    durationMs: Math.round(durationMs),
    machine: thisMachine(),
    versions: versions(),
    method: methodOf(kind, seed, origin, missing),
    contenders: contenders.filter(({ id }) => isInstalled(id)),
    experiments,
    targets: targetsOf(experiments),
    programs: programs(),
  };
}

async function finish(report: Report, choices: Choices): Promise<number> {
  if (report.targets.length > 0) console.log('Targets');
  for (const { what, target, seen, isMet, note } of report.targets) {
    const remark = note === undefined ? '' : `, ${note}`;
    console.log(`  ${isMet ? 'met   ' : 'MISSED'}  ${what}: ${seen} (target ${target}${remark})`);
  }
  writeReport(reportFolder, report);
  writeFileSync(join(reportFolder, 'index.html'), await renderPage(report));
  console.log(`\n${Math.round(report.durationMs / 1000)} s; report: bench-report/report.json, bench-report/index.html`);
  if (choices.publish) {
    writeFileSync(join(root, 'docs/comparison.md'), markdownOf(report));
    console.log('published: docs/comparison.md');
  }
  if (choices.saveBaseline) {
    writeFileSync(baselinePath, `${JSON.stringify(baselineOf(report), null, 2)}\n`);
    console.log('stored: packages/bench/baseline.json');
  }
  if (choices.check && !existsSync(baselinePath)) {
    console.error('There is no packages/bench/baseline.json to compare with; --save-baseline makes one.');
    return 2;
  }
  if (choices.check && !isAsGoodAsBaseline(report)) return 3;
  const failed = report.experiments.flatMap(({ cells }) => cells).filter(({ outcome }) => outcome.kind === 'failed');
  if (failed.length > 0) console.error(`${failed.length} cells failed; see above.`);
  return failed.length > 0 ? 1 : 0;
}

function isAsGoodAsBaseline(report: Report): boolean {
  const baseline = JSON.parse(readFileSync(baselinePath, 'utf8')) as Baseline;
  const { compared, regressions } = compareWithBaseline(report, baseline);
  console.log(`\n${compared} ratios compared with those of ${baseline.startedAt.slice(0, 10)} (${baseline.cpu})`);
  for (const { cell, before, after } of regressions) {
    console.log(`  worse  ${cell}: ${formatValue(before.median, 'ratio')} → ${formatValue(after.median, 'ratio')}`);
  }
  if (regressions.length === 0) console.log('  none has become worse beyond the noise');
  return regressions.length === 0;
}

let heading = '';

function showProgress(done: number, of: number, contender: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${heading}  ${done}/${of}  ${contender}`);
  else if (done === 0) process.stdout.write(`${heading}: ${of} processes …\n`);
}

function clearProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}
