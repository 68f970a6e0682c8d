/**
 * A long call while other code runs: a ticker goes on while a report is made. In the blocking kind it stops.
 * Run: node examples/report-flag.ts
 */
import { testCompute } from '@isobar/compute-test';
import { connect } from '@isobar/design-flag';
import { compute } from './clouds.ts';

let ticks = 0;
const ticker = setInterval(() => ticks++, 50);

// The kind belongs to the driver, so a program that wants both has two.
await using awaited = connect(testCompute, { ...compute, async: true });
say('awaited', await awaited.exReportData());
using blocking = connect(testCompute, compute);
say('blocking', blocking.exReportData());

clearInterval(ticker);

function say(kind: string, report: string): void {
  console.log(`${kind}: ${ticks} ticks meanwhile`);
  console.log(report.trim());
  ticks = 0;
}
