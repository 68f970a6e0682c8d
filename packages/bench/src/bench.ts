/** A whole run: starts the servers, measures, prints each section as it is done, and writes the report. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bunCommand, contenders, isInstalled, pythonCommand, rivalIds, rivalsFolder } from './contenders.ts';
import { compareDesigns } from './designs/compare.ts';
import { measurements } from './measurements.ts';
import { renderPage } from './page/page.ts';
import { programs } from './programs.ts';
import { methodOf, thisMachine, versions } from './report/about.ts';
import { type Baseline, baselineOf, compareWithBaseline } from './report/baseline.ts';
import { designSections, documentOf, experimentSection } from './report/document.ts';
import { formatValue, unescaped } from './report/format.ts';
import type { Experiment, Mode, Report } from './report/model.ts';
import { targetsOf, targetTable, withTargets } from './report/targets.ts';
import type { CellInput, Measurement } from './runner/cell.ts';
import { type CellProgram, killCells, nodeProgram, runCell, startCell } from './runner/cell-process.ts';
import { checkOrigin } from './runner/origin-check.ts';
import { type Context, runMeasurement } from './runner/run.ts';
import { startServices } from './runner/services.ts';
import { seededRandom } from './statistics.ts';
import { root } from './tasks/commands.ts';

/** What the user asked for. */
export interface Choices {
  readonly mode: Mode;
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
  const started = performance.now();
  const startedAt = new Date().toISOString();
  const { mode, only, seed } = choices;
  const machine = thisMachine();
  console.log(`${mode} run, Node ${machine.node}, ${machine.cores} × ${machine.cpu}, seed ${seed}\n`);
  signal.addEventListener('abort', killCells);
  const broken: string[] = [];
  /** Runs a part. A failure of one part must not lose the others, which took long. */
  const attempt = async <Result>(name: string, empty: Result, work: () => Promise<Result>): Promise<Result> => {
    heading = name;
    try {
      return await work();
    } catch (failure) {
      if (signal.aborted) throw failure;
      console.error(`${name} FAILED:`, failure);
      broken.push(name);
      return empty;
    } finally {
      clearProgress();
    }
  };
  try {
    await using running = await startServices();
    const perform: Context['perform'] = (input, limitMs) => runCell(programOf(input), limitMs);
    const start: Context['start'] = (input, limitMs) => startCell(programOf(input), limitMs);
    const { services } = running;
    const random = seededRandom(seed);
    const context: Context = { mode, random, services, signal, perform, start, progress: showProgress };
    const origin = await checkOrigin(context);
    const experiments: Experiment[] = [];
    for (const measurement of chosenMeasurements(choices)) {
      const measured = await attempt(measurement.id, [], () => runMeasurement(measurement, context));
      for (const experiment of measured) print(experimentSection(experiment));
      experiments.push(...measured);
    }
    const isChosen = (id: string): boolean => only?.includes(id) ?? (mode === 'full' || id !== 'parity');
    const nothing = { decisions: [], calledFunctions: [] };
    const compared = await attempt('designs', nothing, () => compareDesigns(context, isChosen));
    const missing = contenders.filter(({ id }) => !isInstalled(id)).map(({ name }) => name);
    const report: Report = {
      schemaVersion: 2,
      mode,
      startedAt,
      durationMs: Math.round(performance.now() - started),
      machine,
      versions: versions(),
      method: methodOf(mode, seed, origin, missing),
      experiments,
      targets: targetsOf(experiments),
      ...compared,
      programs: programs(),
    };
    const code = await finish(report, choices);
    return broken.length > 0 ? Math.max(code, 1) : code;
  } catch (failure) {
    if (!signal.aborted) throw failure;
    console.log('Interrupted.');
    return 130;
  } finally {
    killCells();
  }
}

function chosenMeasurements({ only, contenders: among, mode }: Choices): Measurement[] {
  return measurements
    .filter(({ id }) => only?.includes(id) ?? true)
    .map((measurement) => ({
      ...measurement,
      // A quick run leaves rivals out, and long measurements, unless they are asked for by name.
      contenders: measurement.contenders.filter(
        (id) => among?.includes(id) ?? (mode === 'full' || !rivalIds.includes(id)),
      ),
      ...(only !== undefined && measurement.rounds[mode] === 0 && { rounds: { ...measurement.rounds, [mode]: 1 } }),
    }));
}

function programOf(input: CellInput): CellProgram {
  if (input.contender !== 'libcloud' || input.task === 'program') {
    const program = input.contender === 'bun' ? { ...nodeProgram(input), command: bunCommand() } : nodeProgram(input);
    // Fetch knows no other way to be told of an authority. Loading it takes time that only these cells have.
    const trusted = input.settings.tls === undefined ? undefined : { NODE_EXTRA_CA_CERTS: input.services.authority };
    // Node's compile cache starts cells sooner. A cold start must not find it.
    const environment = { NODE_COMPILE_CACHE: join(input.services.folder, 'compiled') };
    return input.task === 'cold' ? program : { ...program, environment: { ...environment, ...trusted } };
  }
  return { command: pythonCommand(), args: [join(rivalsFolder, 'libcloud_cell.py'), JSON.stringify(input)] };
}

async function finish(report: Report, { publish, saveBaseline, check }: Choices): Promise<number> {
  if (report.decisions.length > 0 || report.calledFunctions.length > 0) print(designSections(report).join('\n\n'));
  if (report.targets.length > 0) print(`## Targets\n\n${targetTable(report.targets, report.mode)}`);
  mkdirSync(reportFolder, { recursive: true });
  writeFileSync(join(reportFolder, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(reportFolder, 'index.html'), await renderPage(report));
  console.log(`${Math.round(report.durationMs / 1000)} s; report: bench-report/report.json, bench-report/index.html`);
  if (publish) {
    writeFileSync(join(root, 'docs/comparison.md'), documentOf(report));
    const targetsPath = join(root, 'docs/targets.md');
    writeFileSync(targetsPath, withTargets(readFileSync(targetsPath, 'utf8'), report));
    console.log('published: docs/comparison.md, the table of docs/targets.md');
  }
  if (saveBaseline) {
    writeFileSync(baselinePath, `${JSON.stringify(baselineOf(report), null, 2)}\n`);
    console.log('stored: packages/bench/baseline.json');
  }
  if (check && !existsSync(baselinePath)) {
    console.error('There is no packages/bench/baseline.json to compare with; --save-baseline makes one.');
    return 2;
  }
  if (check && !isAsGoodAsBaseline(report)) return 3;
  const failed = report.experiments.flatMap(({ cells }) => cells).filter(({ outcome }) => outcome.kind === 'failed');
  if (failed.length > 0) console.error(`${failed.length} cells failed; see above.`);
  return failed.length > 0 ? 1 : 0;
}

function isAsGoodAsBaseline(report: Report): boolean {
  const baseline = JSON.parse(readFileSync(baselinePath, 'utf8')) as Baseline;
  const { compared, regressions, missing } = compareWithBaseline(report, baseline);
  console.log(`\n${compared} ratios compared with those of ${baseline.startedAt.slice(0, 10)} (${baseline.cpu})`);
  if (missing.length > 0) {
    console.log(
      `  ${missing.length} cells are not in the baseline; --full --save-baseline stores them: ${missing.join(', ')}`,
    );
  }
  for (const { cell, before, after } of regressions) {
    console.log(`  worse  ${cell}: ${formatValue(before.median, 'ratio')} → ${formatValue(after.median, 'ratio')}`);
  }
  if (regressions.length === 0 && compared > 0) console.log('  none is worse beyond the noise');
  return regressions.length === 0;
}

function print(markdown: string): void {
  console.log(`${unescaped(markdown)}\n`);
}

let heading = '';

function showProgress(done: number, of: number, contender: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${heading}  ${done}/${of}  ${contender}`);
  else if (done === 0) process.stdout.write(`${heading}: ${of === 1 ? contender : `${of} processes`} …\n`);
}

function clearProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}
