/**
 * Nodes of all regions while one of them is down: a driver for each region, with the flag set. The program gets the
 * nodes of all other regions, and which region failed and why. One blocking call does the same. Run: node
 * examples/outage-flag.ts
 */
import { isCloudError, type Node } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { cloud } from './chosen-cloud.ts';

// Two attempts only, so that a region that is down does not delay the others for long.
const account = { ...cloud.account, retry: { attempts: 2 } };
using driver = connect(cloud.provider, account);

const names = driver.exListRegions().map(({ id }) => id);
const drivers = names.map((region) => connect(cloud.provider, { ...account, region, async: true }));
show('awaited', await Promise.allSettled(drivers.map((region) => region.listNodes())));
for (const region of drivers) await region.close();

// A blocked thread has one call at a time, but this call asks all regions at once.
const { answered, failed } = driver.exListNodesInRegions();
console.log(
  `blocking: ${answered.length} of ${names.length} regions, ${answered.reduce((sum, { nodes }) => sum + nodes.length, 0)} nodes`,
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
