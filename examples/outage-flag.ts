/**
 * Nodes of all regions while one of them is down: a driver for each region, with the flag set. The others' nodes are all there, and the program
 * knows which region failed, and why. Blocking, one call does the same.
 * Run: node examples/outage-flag.ts
 */
import { testCompute } from '@isobar/compute-test';
import { isCloudError, type Node } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { compute } from './clouds.ts';

// A region that is down is tried twice, so that the others' nodes do not wait long for it.
const account = { ...compute, retry: { attempts: 2 } };
using driver = connect(testCompute, account);

const names = driver.exListRegions().map(({ id }) => id);
const drivers = names.map((region) => connect(testCompute, { ...account, region, async: true }));
show('awaited', await Promise.allSettled(drivers.map((region) => region.listNodes())));
for (const region of drivers) await region.close();

// A thread that blocks has one call at a time. This one asks all regions at once, inside.
const { answered, failed } = driver.exListNodesInRegions();
console.log(
  `blocking: ${answered.length} of ${names.length} regions, ${answered.flatMap(({ nodes }) => nodes).length} nodes`,
);
for (const { region, error } of failed)
  console.log(`blocking: ${region} failed: ${error.code}, ${error.details.reason}`);

function show(kind: string, outcomes: readonly PromiseSettledResult<Node[]>[]): void {
  const listings = outcomes.filter((outcome) => outcome.status === 'fulfilled').map((outcome) => outcome.value);
  console.log(`${kind}: ${listings.length} of ${names.length} regions, ${listings.flat().length} nodes`);
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled' || !isCloudError(outcome.reason)) continue;
    const { code, details } = outcome.reason;
    console.log(`${kind}: ${names[index]} failed: ${code}, ${details.reason}`);
  }
}
