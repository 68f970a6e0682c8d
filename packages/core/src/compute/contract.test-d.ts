/** Arguments in the wrong position: which mistakes the compiler finds, and which it cannot. */
import { test } from 'vitest';
import type { Blocking } from '../drivers/driver-types.ts';
import type { ComputeOperations } from './contract.ts';
import type { Node, NodeImage, NodeSize, StorageVolume } from './models.ts';

declare const driver: Blocking<ComputeOperations>;
declare const node: Node;
declare const volume: StorageVolume;
declare const size: NodeSize;
declare const image: NodeImage;

test('models in the wrong position do not compile', () => {
  // @ts-expect-error: the node comes first
  driver.attachVolume(volume, node);
  // @ts-expect-error: the name comes first
  driver.createNode(size, image, 'name');
  // @ts-expect-error: the size comes before the image
  driver.createNode('name', image, size);
  // @ts-expect-error: the node comes first
  driver.createImage('name', node);
  // @ts-expect-error: the size comes first
  driver.createVolume('name', 10);
  // @ts-expect-error: a node is looked up by its id
  driver.getNode(node);
  // @ts-expect-error: nodes are an array
  driver.waitForNodes(node);
  // @ts-expect-error: options are an object
  driver.createVolumeSnapshot(volume, 'name');
  // Ids in the wrong order are still strings, so neither the compiler nor the driver can find the mistake.
  driver.attachVolume('volume', 'node');
  driver.createNode('image', 'size', 'name');
});
