/**
 * Nodes of eight regions, each 50 ms away: one by one, in one blocking call, and awaited together.
 * Run: node examples/eight-session.ts
 */
import { AsyncSession, connect } from '@isobar/design-session';
import { cloud } from './chosen-cloud.ts';
import { eightRegions } from './clouds.ts';

using driver = connect(cloud.provider, cloud.account);
const drivers = eightRegions.map((region) => connect(cloud.provider, { ...cloud.account, region }));
await using session = new AsyncSession(drivers);

// Warm-up: opens connections, and starts the thread behind blocking calls.
driver.exListNodesInRegions(eightRegions);
for (const region of drivers) region.listNodes();
await Promise.all(session.map((region) => region.listNodes()));

let started = performance.now();
for (const region of drivers) region.listNodes();
show('blocking, one by one');

started = performance.now();
driver.exListNodesInRegions(eightRegions);
show('blocking, in one call');

started = performance.now();
await Promise.all(session.map((region) => region.listNodes()));
show('awaited, together');

for (const region of drivers) region.close();

function show(how: string): void {
  console.log(`${how}: ${Math.round(performance.now() - started)} ms`);
}
