#!/usr/bin/env node
/**
 * `npm run bench`: times small calls of every design in both colours beside bare `undici.request`, over loopback to the
 * emulator, which runs in a process of its own.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startEmulator } from '@isobar/emulator';
import { computeContenders, storageContenders } from './contenders.ts';
import { measure } from './measure.ts';
import { table } from './table.ts';

const usage = `Usage: npm run bench -- [--calls N] [--rounds N]

Times listNodes and a 1 KiB GET, one call at a time, in every design and colour.

  --rounds N   rounds; in each, every contender runs once, in another order (default 10)
  --calls N    calls of a contender in a round (default 100)
`;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const plan = { calls: wholeNumber('calls', values.calls), rounds: wholeNumber('rounds', values.rounds) };

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
console.log(`${plan.rounds} rounds of ${plan.calls} calls each; µs per call, one at a time\n`);

await using emulator = await startEmulator();
for (const [title, contenders] of [
  ['listNodes', computeContenders(emulator)],
  ['GET of 1 KiB', await storageContenders(emulator)],
] as const) {
  console.log(table(title, await measure(contenders, plan)));
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  console.error(`--${name} must be a whole number from 1, not ${text}\n\n${usage}`);
  process.exit(2);
}
