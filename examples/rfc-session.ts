/**
 * The RFC's first program: a blocking driver, and a session around it whose methods are awaited.
 * Run: node examples/rfc-session.ts
 */
import { testCompute } from '@isobar/compute-test';
import { AsyncSession, connect } from '@isobar/design-session';
import { compute } from './clouds.ts';

using driver = connect(testCompute, compute);

// The method blocks.
for (const node of driver.listNodes()) console.log(`blocking: ${node.name} is ${node.state}`);

{
  // The same methods, awaited. At the end of the block the session waits for calls in flight, then closes.
  await using session = new AsyncSession(driver);
  for (const node of await session.listNodes()) console.log(`awaited: ${node.name} is ${node.state}`);
  const report = await session.exReportData();
  console.log(`report: ${report.trim()}`);
}
