#!/usr/bin/env node
/** `npm run bench`: measures, prints tables with progress, writes `bench-report/`. */
import { parseArgs } from 'node:util';
import { bench, type Choices } from './bench.ts';
import { contenders } from './contenders.ts';
import { designMeasurements } from './designs/compare.ts';
import { measurements } from './measurements.ts';

const usage = `Usage: npm run bench -- [--full] [--only a,b] [--list]

Measures Isobar in both kinds beside bare undici and other libraries (npm run bench:rivals installs those), and compares
the designs. Prints tables, and writes bench-report/report.json and bench-report/index.html.

  --full            everything, about 40 minutes, with verdicts; without it a quick run of about two minutes
  --only a,b        only these measurements
  --contenders a,b  only these contenders
  --list            lists measurements and contenders
  --seed N          seed of the random order (default: a new one each time)
  --check           compares ratios with packages/bench/baseline.json
  --save-baseline   stores this run's ratios there
  --publish         writes docs/comparison.md and the table of docs/targets.md; with --full only
  --help            this text

Exit codes: 0 done, 1 a cell failed, 2 a wrong option, 3 a ratio is worse, 130 interrupted.
`;

/** A wrong command line. */
class UsageError extends Error {}

process.exitCode = await main();

async function main(): Promise<number> {
  let choices: Choices | undefined;
  try {
    choices = readChoices();
  } catch (failure) {
    console.error(`${(failure as Error).message}\n\n${usage}`);
    return 2;
  }
  if (!choices) return 0;
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());
  return bench(choices, interrupt.signal);
}

/** What the user asked for; undefined when it has been answered already. */
function readChoices(): Choices | undefined {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean', default: false },
      only: { type: 'string' },
      contenders: { type: 'string' },
      list: { type: 'boolean', default: false },
      seed: { type: 'string' },
      check: { type: 'boolean', default: false },
      'save-baseline': { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  if (values.list) {
    for (const { id, experiments, rounds } of measurements) {
      const titles = experiments.map(({ title }) => title).join('; ');
      console.log(`${id.padEnd(20)}${titles}${rounds.quick === 0 ? ' (with --full only)' : ''}`);
    }
    for (const [id, what] of Object.entries(designMeasurements)) console.log(`${id.padEnd(20)}${what}`);
    console.log(`\ncontenders: ${contenders.map(({ id }) => id).join(', ')}`);
    return undefined;
  }
  if (values.publish && !values.full) throw new UsageError('--publish needs --full');
  if (values.publish && (values.only ?? values.contenders) !== undefined) {
    throw new UsageError('--publish takes no subset: a published run is whole');
  }
  const ids = [...measurements.map(({ id }) => id), ...Object.keys(designMeasurements)];
  const only = chosen('only', values.only, ids);
  const known = contenders.map(({ id }) => id);
  const among = chosen('contenders', values.contenders, known);
  return {
    mode: values.full ? 'full' : 'quick',
    ...(only && { only }),
    ...(among && { contenders: among }),
    seed: values.seed === undefined ? Date.now() % 1_000_000 : wholeNumber('seed', values.seed),
    check: values.check,
    saveBaseline: values['save-baseline'],
    publish: values.publish,
  };
}

function chosen(option: string, text: string | undefined, known: readonly string[]): string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`--${option}: unknown ${unknown}; known: ${known.join(', ')}`);
  return names;
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`--${option} must be a whole number, not ${text}`);
  return Number(text);
}
