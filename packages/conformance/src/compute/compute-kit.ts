/** The kit for cases about compute. It also creates nodes and volumes, and removes them after the case. */
import { type CreateNodeOptions, isCloudError, type KeyPair, type Node, type StorageVolume } from '@isobar/core';
import type { AnyCompute } from '../driver.ts';
import { type Kit, type KitSetup, type MadeKit, makeKit } from '../kit.ts';
import { uniqueText } from '../storage/storage-kit.ts';
import type { NodeLife } from '../test-server.ts';

/** What the kit knows about a compute service. */
export interface ComputeSetup extends KitSetup<AnyCompute> {
  /** How many nodes the account has at least. */
  readonly minNodes: number;
}

/** What a case about compute works with. */
export interface ComputeKit extends Kit<AnyCompute>, ComputeSetup {
  /** A name not in use. */
  newName(): string;
  /** Ids of the first size and image, for nodes that need no particular ones. */
  parts(): Promise<{ readonly size: string; readonly image: string }>;
  /** A new node, removed after the case. It boots fast by default. */
  node(life?: NodeLife, options?: CreateNodeOptions & { readonly name?: string }): Promise<Node>;
  /** A new node that runs. */
  runningNode(): Promise<Node>;
  /** A new volume that is available, removed after the case. */
  volume(): Promise<StorageVolume>;
  /** Removes nodes whose names begin with a text, after the case. */
  removeNodesLater(namePrefix: string): void;
}

/** A short boot, on servers that support `lives`. */
const fastBoot: NodeLife = { bootMs: 20 };

/** Longer than anything in a test cloud takes. */
export const LONG_MS = 3_000_000;

/** Poll interval and time limit of the kit's waits. */
export const fastWait = { pollIntervalMs: 10, timeoutMs: 20_000 } as const;

/** Makes a kit for one case about compute. */
export function makeComputeKit(setup: ComputeSetup): MadeKit<ComputeKit> {
  const { kit: base, ...end } = makeKit(setup);
  const { driver, server } = setup;
  const kit: ComputeKit = {
    ...setup,
    ...base,
    newName: () => `isobar-${uniqueText()}`,
    async parts() {
      const [[size], [image]] = [await driver.listSizes(), await driver.listImages()];
      if (!size || !image) throw new Error('the cloud has no sizes or no images');
      return { size: size.id, image: image.id };
    },
    async node(life = fastBoot, { name = kit.newName(), ...options } = {}) {
      const { size, image } = await kit.parts();
      kit.removeNodesLater(name);
      return await driver.createNode(name, size, image, { ...options, ...server.lives?.(life) });
    },
    async runningNode() {
      const [running] = await driver.waitForNodes([await kit.node()], fastWait);
      if (!running) throw new Error('the node does not run');
      return running;
    },
    async volume() {
      const made = await driver.createVolume(1, kit.newName());
      base.afterwards(() => ignoreNotFound(() => driver.destroyVolume(made)));
      await server.clock?.advance(LONG_MS);
      return await driver.getVolume(made.id);
    },
    removeNodesLater(namePrefix) {
      base.afterwards(async () => {
        const left = await driver.listNodes({ namePrefix });
        await Promise.all(left.map(async (node) => await ignoreNotFound(() => driver.destroyNode(node))));
        if (left.length > 0) await server.clock?.advance(LONG_MS);
      });
    },
  };
  return { kit, ...end };
}

/** Removes something that may be gone already. */
export async function ignoreNotFound(remove: () => unknown): Promise<void> {
  try {
    await remove();
  } catch (failure) {
    if (!isCloudError(failure, 'not-found')) throw failure;
  }
}

/** The public fields of a key pair. */
export function publicPart({ fingerprint, name, publicKey }: KeyPair): KeyPair {
  return { name, publicKey, fingerprint };
}
