/**
 * Nodes of three regions at once: the asynchronous methods of three drivers.
 * Run: node examples/regions-mixin.ts
 */
import { testCompute } from '@isobar/compute-test';
import type { Node } from '@isobar/core';
import { connect } from '@isobar/design-mixin';
import { regions } from './clouds.ts';

await using europe = connect(testCompute, regions.europe);
await using america = connect(testCompute, regions.america);
await using asia = connect(testCompute, regions.asia);

let started = performance.now();
for (const region of [europe, america, asia]) await region.listNodesAsync();
console.log(`one after the other: ${Math.round(performance.now() - started)} ms`);

started = performance.now();
await Promise.all([
  show('europe', europe.listNodesAsync()),
  show('america', america.listNodesAsync()),
  show('asia', asia.listNodesAsync()),
]);
console.log(`together: ${Math.round(performance.now() - started)} ms`);

/** Prints a region's nodes as soon as they arrive. */
async function show(region: string, listing: Promise<Node[]>): Promise<void> {
  const nodes = await listing;
  console.log(`${region}: ${nodes.map((node) => node.name).join(', ')}`);
}
