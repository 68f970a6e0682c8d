/**
 * The first region that answers: the async methods of a driver for each region, and a signal that ends the others. A
 * blocked thread has one call at a time, so blocking calls cannot race; but one call can ask several regions and take
 * the first.
 * Run: node examples/first-mixin.ts
 */
import { testCompute } from '@isobar/compute-test';
import { isCloudError } from '@isobar/core';
import { connect } from '@isobar/design-mixin';
import { compute, farAndNear } from './clouds.ts';

const drivers = farAndNear.map((region) => connect(testCompute, { ...compute, region }));
const race = new AbortController();
let started = performance.now();
const calls = drivers.map((region) => region.listNodesAsync({ signal: race.signal }));
const winner = await Promise.any(calls.map((call, index) => call.then(() => farAndNear[index])));
console.log(`awaited: ${winner} answered first, after ${Math.round(performance.now() - started)} ms`);
race.abort();
const outcomes = await Promise.allSettled(calls);
const ended = outcomes.filter((outcome) => outcome.status === 'rejected' && isCloudError(outcome.reason, 'aborted'));
console.log(`awaited: ${ended.length} others were ended`);
for (const region of drivers) await region.close();

using driver = connect(testCompute, compute);
driver.exListRegions(); // starts the thread behind blocking calls before the measurement
started = performance.now();
const { answered, cancelled } = driver.exListNodesInRegions(farAndNear, { enough: 1 });
console.log(`blocking: ${answered[0]?.region} answered first, after ${Math.round(performance.now() - started)} ms`);
console.log(`blocking: ${cancelled.length} others were ended`);
