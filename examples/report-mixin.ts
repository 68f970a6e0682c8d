/**
 * A long call beside other code: a ticker ticks while a report is awaited. During a blocking call it stops.
 * Run: node examples/report-mixin.ts
 */
import { testCompute } from '@isobar/compute-test';
import { connect } from '@isobar/design-mixin';
import { compute } from './clouds.ts';

let ticks = 0;
const ticker = setInterval(() => ticks++, 50);

await using driver = connect(testCompute, compute);
say('awaited', await driver.exReportDataAsync());
say('blocking', driver.exReportData());

clearInterval(ticker);

function say(kind: string, report: string): void {
  console.log(`${kind}: ${ticks} ticks meanwhile`);
  console.log(report.trim());
  ticks = 0;
}
