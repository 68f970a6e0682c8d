/**
 * A long call beside other code: a ticker ticks while a report is awaited. During a blocking call it stops.
 * Run: node examples/report-session.ts
 */
import { testCompute } from '@isobar/compute-test';
import { AsyncSession, connect } from '@isobar/design-session';
import { compute } from './clouds.ts';

let ticks = 0;
const ticker = setInterval(() => ticks++, 50);

using driver = connect(testCompute, compute);
{
  await using session = new AsyncSession(driver);
  say('awaited', await session.exReportData());
}
say('blocking', driver.exReportData());

clearInterval(ticker);

function say(kind: string, report: string): void {
  console.log(`${kind}: ${ticks} ticks meanwhile`);
  console.log(report.trim());
  ticks = 0;
}
