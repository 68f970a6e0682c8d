/**
 * Nodes of three regions at once: one session around three drivers.
 * Run: node examples/regions-session.ts
 */
import { testCompute } from '@isobar/compute-test';
import type { Node } from '@isobar/core';
import { AsyncSession, connect } from '@isobar/design-session';
import { regions } from './clouds.ts';

await using session = new AsyncSession([
  connect(testCompute, regions.europe),
  connect(testCompute, regions.america),
  connect(testCompute, regions.asia),
]);
const [europe, america, asia] = session;

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
