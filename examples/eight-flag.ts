/**
 * Nodes of eight regions, each 50 ms away: one by one, in one blocking call, and awaited together.
 * Run: node examples/eight-flag.ts
 */
import { connect } from '@isobar/design-flag';
import { cloud } from './chosen-cloud.ts';
import { eightRegions } from './clouds.ts';

using driver = connect(cloud.provider, cloud.account);
const drivers = eightRegions.map((region) => connect(cloud.provider, { ...cloud.account, region }));
const awaited = eightRegions.map((region) => connect(cloud.provider, { ...cloud.account, region, async: true }));

// Warm-up: opens connections, and starts the thread behind blocking calls.
driver.exListNodesInRegions(eightRegions);
for (const region of drivers) region.listNodes();
await Promise.all(awaited.map((region) => region.listNodes()));

let started = performance.now();
for (const region of drivers) region.listNodes();
show('blocking, one by one');

started = performance.now();
driver.exListNodesInRegions(eightRegions);
show('blocking, in one call');

started = performance.now();
await Promise.all(awaited.map((region) => region.listNodes()));
show('awaited, together');

for (const region of [...drivers, ...awaited]) await region.close();

function show(how: string): void {
  console.log(`${how}: ${Math.round(performance.now() - started)} ms`);
}
