/**
 * A long call beside other code: a ticker ticks while a report is awaited. During a blocking call it stops.
 * Run: node examples/report-flag.ts
 */
import { testCompute } from '@isobar/compute-test';
import { connect } from '@isobar/design-flag';
import { compute } from './clouds.ts';

let ticks = 0;
const ticker = setInterval(() => ticks++, 50);

// Each driver has one kind, so a program that uses both has two drivers.
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
