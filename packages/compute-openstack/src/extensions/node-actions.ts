/** What Nova can do with a server besides what all clouds can. */
import { idOf, type Node, type NodeImage, type NodeSize, type Operation, readJson } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { OpenStackQuotas, Quota } from '../models.ts';
import { act } from '../nodes.ts';
import { getJson, type Scope } from '../requests.ts';

const wireRescue = z.object({ adminPass: z.nullish(z.string()) });
const wireLimits = z.object({ limits: z.object({ absolute: z.record(z.string(), z.number()) }) });

/** Changes a node's size. It runs on as `reconfiguring` until the change is confirmed or reverted. One exchange. */
export function* resizeNode(scope: Scope, node: Node | string, size: NodeSize | string): Operation<void> {
  const fields = { size: /^Flavor|flavorRef|same flavor|size/i };
  yield* act(scope, node, { resize: { flavorRef: idOf(size, 'size') } }, { fields });
}

/** Keeps a node's new size, and gives up the old one. One exchange. */
export function* confirmResize(scope: Scope, node: Node | string): Operation<void> {
  yield* act(scope, node, { confirmResize: null });
}

/** Gives a node its old size back. One exchange. */
export function* revertResize(scope: Scope, node: Node | string): Operation<void> {
  yield* act(scope, node, { revertResize: null });
}

/** Makes a node anew of an image: it keeps its id and addresses and loses its disk. One exchange. */
export function* rebuildNode(scope: Scope, node: Node | string, image: NodeImage | string): Operation<void> {
  const fields = { image: /image/i };
  yield* act(scope, node, { rebuild: { imageRef: idOf(image, 'image') } }, { fields });
}

/** Boots a node from a system for repairs. One exchange. @returns The password of that system, if the cloud tells it. */
export function* rescueNode(scope: Scope, node: Node | string): Operation<{ readonly password?: string }> {
  const { adminPass } = readJson(wireRescue, yield* act(scope, node, { rescue: null }));
  return adminPass ? { password: adminPass } : {};
}

/** Boots a node from its own disk again. One exchange. */
export function* unrescueNode(scope: Scope, node: Node | string): Operation<void> {
  yield* act(scope, node, { unrescue: null });
}

/** The quotas of the project. One exchange. */
export function* getQuotas(scope: Scope): Operation<OpenStackQuotas> {
  const { absolute } = (yield* getJson(scope, wireLimits, { service: 'compute', path: '/limits' })).limits;
  const limit = (name: string): number => {
    const value = absolute[name] ?? -1;
    return value < 0 ? Number.POSITIVE_INFINITY : value;
  };
  const quota = (max: string, used: string): Quota => ({ max: limit(max), used: absolute[used] ?? 0 });
  return {
    nodes: quota('maxTotalInstances', 'totalInstancesUsed'),
    cpus: quota('maxTotalCores', 'totalCoresUsed'),
    ramMb: quota('maxTotalRAMSize', 'totalRAMUsed'),
    maxKeyPairs: limit('maxTotalKeypairs'),
  };
}
