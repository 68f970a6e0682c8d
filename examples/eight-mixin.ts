/**
 * Nodes of eight regions, each 50 ms away: one by one, in one blocking call, and awaited together.
 * Run: node examples/eight-mixin.ts
 */
import { connect } from '@isobar/design-mixin';
import { cloud } from './chosen-cloud.ts';
import { eightRegions } from './clouds.ts';

using driver = connect(cloud.provider, cloud.account);
const drivers = eightRegions.map((region) => connect(cloud.provider, { ...cloud.account, region }));

// Warm-up: opens connections, and starts the thread behind blocking calls.
driver.exListNodesInRegions(eightRegions);
for (const region of drivers) region.listNodes();
await Promise.all(drivers.map((region) => region.listNodesAsync()));

let started = performance.now();
for (const region of drivers) region.listNodes();
show('blocking, one by one');

started = performance.now();
driver.exListNodesInRegions(eightRegions);
show('blocking, in one call');

started = performance.now();
await Promise.all(drivers.map((region) => region.listNodesAsync()));
show('awaited, together');

for (const region of drivers) await region.close();

function show(how: string): void {
  console.log(`${how}: ${Math.round(performance.now() - started)} ms`);
}
