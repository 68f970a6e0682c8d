/**
 * Nodes of three regions at once: three drivers with the flag set.
 * Run: node examples/regions-flag.ts
 */
import { testCompute } from '@isobar/compute-test';
import type { Node } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { regions } from './clouds.ts';

await using europe = connect(testCompute, { ...regions.europe, async: true });
await using america = connect(testCompute, { ...regions.america, async: true });
await using asia = connect(testCompute, { ...regions.asia, async: true });

let started = performance.now();
for (const region of [europe, america, asia]) await region.listNodes();
console.log(`one after the other: ${Math.round(performance.now() - started)} ms`);

started = performance.now();
await Promise.all([
  show('europe', europe.listNodes()),
  show('america', america.listNodes()),
  show('asia', asia.listNodes()),
]);
console.log(`together: ${Math.round(performance.now() - started)} ms`);

/** Prints a region's nodes as soon as they arrive. */
async function show(region: string, listing: Promise<Node[]>): Promise<void> {
  const nodes = await listing;
  console.log(`${region}: ${nodes.map((node) => node.name).join(', ')}`);
}
