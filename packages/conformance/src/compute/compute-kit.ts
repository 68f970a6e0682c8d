/** What cases about compute work with: a kit that also makes nodes and other things, and takes them away. */
import { type CreateNodeOptions, isCloudError, type KeyPair, type Node, type StorageVolume } from '@isobar/core';
import type { AnyCompute } from '../driver.ts';
import { type Kit, type KitSetup, makeKit } from '../kit.ts';
import { uniqueText } from '../storage/storage-kit.ts';
import type { NodeLife } from '../test-server.ts';

/** What the kit is told about a compute service. */
export interface ComputeSetup extends KitSetup<AnyCompute> {
  /** How many nodes the account has at least. */
  readonly minNodes: number;
}

/** What a case about compute works with. */
export interface ComputeKit extends Kit<AnyCompute>, ComputeSetup {
  /** A name that nothing has. */
  newName(): string;
  /** Ids of the first size and image, for nodes of which it does not matter. */
  parts(): Promise<{ readonly size: string; readonly image: string }>;
  /** A new node, removed after the case. It runs soon, unless its life says otherwise. */
  node(life?: NodeLife, options?: CreateNodeOptions & { readonly name?: string }): Promise<Node>;
  /** A new node that runs. */
  runningNode(): Promise<Node>;
  /** A new volume that is available, removed after the case. */
  volume(): Promise<StorageVolume>;
  /** Removes nodes whose names begin with a text, after the case. */
  removeNodesLater(namePrefix: string): void;
}

/** A quick life, where the server gives lives. */
const soon: NodeLife = { bootMs: 20 };

/** Far beyond the time that anything in a test cloud takes. */
export const LONG_MS = 3_000_000;

/** How often waits of the kit look. */
export const quickly = { pollIntervalMs: 10, timeoutMs: 20_000 } as const;

/** Makes a kit for one case about compute. */
export function makeComputeKit(setup: ComputeSetup): { readonly kit: ComputeKit; tidy(): Promise<void> } {
  const { kit: base, tidy } = makeKit(setup);
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
    async node(life = soon, { name = kit.newName(), ...options } = {}) {
      const { size, image } = await kit.parts();
      kit.removeNodesLater(name);
      return await driver.createNode(name, size, image, { ...options, ...server.lives?.(life) });
    },
    async runningNode() {
      const [running] = await driver.waitForNodes([await kit.node()], quickly);
      if (!running) throw new Error('the node does not run');
      return running;
    },
    async volume() {
      const made = await driver.createVolume(1, kit.newName());
      base.afterwards(() => absentIsFine(() => driver.destroyVolume(made)));
      await server.cloud?.advance(LONG_MS);
      return await driver.getVolume(made.id);
    },
    removeNodesLater(namePrefix) {
      base.afterwards(async () => {
        const left = await driver.listNodes({ namePrefix });
        await Promise.all(left.map(async (node) => await absentIsFine(() => driver.destroyNode(node))));
        if (left.length > 0) await server.cloud?.advance(LONG_MS);
      });
    },
  };
  return { kit, tidy };
}

/** A removal; what is not there any more need not be removed. */
export async function absentIsFine(remove: () => unknown): Promise<void> {
  try {
    await remove();
  } catch (failure) {
    if (!isCloudError(failure, 'not-found')) throw failure;
  }
}

/** A key pair's parts that everybody may see. */
export function publicPart({ fingerprint, name, publicKey }: KeyPair): KeyPair {
  return { name, publicKey, fingerprint };
}
