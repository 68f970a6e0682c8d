/**
 * A fleet of nodes: created 16 at a time, awaited together, removed 16 at a time.
 * Run: node examples/fleet-mixin.ts [how many]
 */
import type { Node } from '@isobar/core';
import { connect } from '@isobar/design-mixin';
import { cloud } from './chosen-cloud.ts';

const count = Number(process.argv[2] ?? 200);
await using driver = connect(cloud.provider, cloud.account);

const [[size], [image]] = await Promise.all([driver.listSizesAsync(), driver.listImagesAsync()]);
if (!size || !image) throw new Error('the cloud has no sizes or no images');

// Sixteen workers take names from one iterator: the seventeenth node is created when one of the first is done.
let started = performance.now();
const names = Array.from({ length: count }, (_, number) => `fleet-${number}`).values();
const nodes: Node[] = [];
const create = async () => {
  for (const name of names) nodes.push(await driver.createNodeAsync(name, size, image));
};
await Promise.all(Array.from({ length: 16 }, create));
console.log(`created: ${nodes.length} nodes in ${Math.round(performance.now() - started)} ms`);

// One exchange asks for all nodes that do not run yet. A node in error would end the wait at once.
let polls = 0;
started = performance.now();
const ready = await driver.waitUntilRunningAsync(nodes, {
  addresses: 'private',
  timeoutMs: 60_000,
  pollIntervalMs: 200,
  onProgress: () => polls++,
});
console.log(`running: ${ready.length} nodes in ${Math.round(performance.now() - started)} ms, ${polls} polls`);
console.log(`addresses: ${new Set(ready.flatMap(({ addresses }) => addresses)).size}`);

const remaining = nodes.values();
const destroy = async () => {
  for (const node of remaining) await driver.destroyNodeAsync(node);
};
await Promise.all(Array.from({ length: 16 }, destroy));
const gone = await driver.waitForNodesAsync(nodes, { state: 'terminated', timeoutMs: 60_000, pollIntervalMs: 200 });
console.log(`removed: ${gone.length} nodes`);
