/** The test cloud's JSON, checked with zod and turned into models. zod stays in this file and in `options.ts`. */
import { CloudError, NodeState } from '@isobar/core/provider';
import * as z from 'zod/mini';
import type { TestNode } from './nodes.ts';

const wireNode = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  public_ips: z.array(z.string()),
  private_ips: z.array(z.string()),
  size: z.string(),
  image: z.string(),
  created_at: z.string(),
  extra: z.record(z.string(), z.unknown()),
});
const wireNodes = z.array(wireNode);
const wireError = z.object({ error: z.object({ message: z.string() }) });

const states: ReadonlySet<string> = new Set(Object.values(NodeState));

/** The body of `GET /compute/nodes`. */
export function readNodes(body: Uint8Array): TestNode[] {
  return parse(wireNodes, body).map(toNode);
}

/** The body of `GET /compute/nodes/{id}`. */
export function readNode(body: Uint8Array): TestNode {
  return toNode(parse(wireNode, body));
}

/** The sentence in an error's body, whatever that body is. */
export function readErrorMessage(body: Uint8Array): string {
  const parsed = wireError.safeParse(tryJson(body));
  return parsed.success ? parsed.data.error.message : 'the cloud refused the request';
}

function toNode(wire: z.infer<typeof wireNode>): TestNode {
  const createdAt = new Date(wire.created_at);
  const state = wire.state.toLowerCase();
  return {
    id: wire.id,
    name: wire.name,
    state: states.has(state) ? (state as NodeState) : NodeState.UNKNOWN,
    publicIps: wire.public_ips,
    privateIps: wire.private_ips,
    size: wire.size,
    image: wire.image,
    ...(Number.isNaN(createdAt.getTime()) ? undefined : { createdAt }),
    extra: wire.extra,
  };
}

function parse<Shape extends z.ZodMiniType>(shape: Shape, body: Uint8Array): z.infer<Shape> {
  const parsed = shape.safeParse(tryJson(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` at ${issue.path.map(String).join('.')}` : '';
  throw new CloudError('malformed-response', `the cloud's answer is not what was asked for${where}`);
}

function tryJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
