/** Reads nodes into models. */
import { NodeState, readJson } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { CreatedTestNode, TestNode } from '../models.ts';
import { readCreatedAt, readState, wireExtra } from './document.ts';

const wireNode = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  public_ips: z.array(z.string()),
  private_ips: z.array(z.string()),
  size: z.string(),
  image: z.string(),
  created_at: z.string(),
  location: z.nullish(z.string()),
  generated_password: z.nullish(z.string()),
  extra: wireExtra,
});
const wireNodes = z.array(wireNode);

/** A list of nodes. @param region Their region; `undefined` for the account's home region. */
export function readNodes(body: Uint8Array, region?: string): TestNode[] {
  return readJson(wireNodes, body).map((wire) => toNode(wire, region));
}

/** One node. */
export function readNode(body: Uint8Array, region?: string): TestNode {
  return toNode(readJson(wireNode, body), region);
}

/** A node that was just created, with its password if the cloud generated one. */
export function readCreatedNode(body: Uint8Array, region?: string): CreatedTestNode {
  const wire = readJson(wireNode, body);
  const { generated_password: generatedPassword } = wire;
  return { ...toNode(wire, region), ...(typeof generatedPassword === 'string' && { generatedPassword }) };
}

function toNode(wire: z.infer<typeof wireNode>, region: string | undefined): TestNode {
  return {
    id: wire.id,
    name: wire.name,
    state: readState(NodeState, wire.state),
    publicIps: wire.public_ips,
    privateIps: wire.private_ips,
    size: wire.size,
    image: wire.image,
    ...(typeof wire.location === 'string' && { location: wire.location }),
    ...(region !== undefined && { region }),
    ...readCreatedAt(wire.created_at),
    extra: wire.extra,
  };
}
