/**
 * Creating a node: the request, and how a test decides the outcome.
 */
import { randomBytes } from 'node:crypto';
import { builtInImages, sizesOf } from '../cloud/catalogue.ts';
import type { NodeResource } from '../cloud/details.ts';
import { stateAt } from '../cloud/resources.ts';
import { isPublicKey } from '../key-pairs/ssh-keys.ts';
import { createdBefore, requestHash } from '../routing/client-tokens.ts';
import { invalid } from '../routing/problem.ts';
import { type Answer, type Call, clientTokenSchema, durationSchema, nameSchema } from '../routing/route.ts';
import { objectSchema, type Schema } from '../routing/schema.ts';
import { addressKinds, makeAddresses } from './addresses.ts';
import { nodeDocument } from './nodes.ts';

/** The body of a creation, checked by {@link creationSchema}. */
interface Creation {
  readonly name: string;
  readonly size: string;
  readonly image: string;
  readonly location?: string;
  readonly auth?: {
    readonly ssh_public_key?: string;
    readonly key_pair?: string;
    readonly password?: string;
    readonly generate_password?: boolean;
  };
  readonly client_token?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly simulate?: {
    readonly outcome?: 'running' | 'error';
    readonly boot_ms?: number;
    readonly addresses?: (typeof addressKinds)[number];
    readonly address_delay_ms?: number;
  };
}

/** The schema of the body. */
export const creationSchema: Schema = objectSchema(
  { name: nameSchema, size: { type: 'string' }, image: { type: 'string' } },
  {
    location: { type: 'string', description: 'One of the region’s locations; default: the first.' },
    auth: {
      ...objectSchema(
        {},
        {
          ssh_public_key: { type: 'string', minLength: 1, maxLength: 16_384 },
          key_pair: { type: 'string', description: 'Name of a key pair of the region.' },
          password: { type: 'string', minLength: 8, maxLength: 128 },
          generate_password: { type: 'boolean' },
        },
      ),
      minProperties: 1,
      maxProperties: 1,
    },
    client_token: clientTokenSchema,
    extra: { type: 'object', maxProperties: 64, description: 'Stored and returned.' },
    simulate: {
      ...objectSchema(
        {},
        {
          outcome: { type: 'string', enum: ['running', 'error'] },
          boot_ms: { ...durationSchema, description: 'Applies to later starts and reboots too.' },
          addresses: { type: 'string', enum: addressKinds },
          address_delay_ms: { ...durationSchema, description: 'From the end of the boot to the first addresses.' },
        },
      ),
      description: 'The outcome of this creation, for tests.',
    },
  },
);

/** Creates a node. */
export function createNode(call: Call): Answer {
  const { cloud, region, nowMs } = call;
  const body = call.body as Creation;
  const token = body.client_token;
  const known = createdBefore(call, cloud.nodes, token);
  if (known !== undefined) return { status: 200, value: withPassword(known, nowMs) };
  checkPlace(call, body);
  checkAuth(call, body);
  cloud.limits.allow('nodes', cloud.nodes.count(region.id, nowMs));
  const { outcome = 'running', addresses = 'both', address_delay_ms = 0, boot_ms } = body.simulate ?? {};
  const bootedMs = nowMs + (boot_ms ?? cloud.durations.bootMs);
  const node = cloud.nodes.insert({
    region: region.id,
    name: body.name,
    createdMs: nowMs,
    state: 'PENDING',
    next: { atMs: bootedMs, state: outcome === 'error' ? 'ERROR' : 'RUNNING' },
    token,
    detail: {
      size: body.size,
      image: body.image,
      location: body.location ?? (region.locations[0]?.id as string),
      ...makeAddresses(region, cloud.settings.next('address'), outcome === 'error' ? 'none' : addresses),
      addressesAtMs: bootedMs + address_delay_ms,
      ...(boot_ms !== undefined && { bootMs: boot_ms }),
      extra: body.extra ?? {},
      ...(body.auth?.generate_password === true && { generatedPassword: randomBytes(12).toString('base64url') }),
      ...(token !== undefined && { requestHash: requestHash(call) }),
    },
  });
  return { status: 201, value: withPassword(node, nowMs) };
}

/** With its password, because the first response may have been lost. */
function withPassword(node: NodeResource, nowMs: number): object {
  const { generatedPassword } = node.detail;
  const document = nodeDocument(node, nowMs);
  return generatedPassword === undefined ? document : { ...document, generated_password: generatedPassword };
}

function checkPlace({ cloud, region, nowMs }: Call, { size, image, location }: Creation): void {
  if (location !== undefined && !region.locations.some(({ id }) => id === location)) {
    const ids = region.locations.map(({ id }) => id);
    throw invalid('location', `must be one of ${ids.join(', ')} in region ${region.id}`);
  }
  if (!sizesOf(region, location).some(({ id }) => id === size)) {
    const ids = sizesOf(region, location).map(({ id }) => id);
    throw invalid(
      'size',
      `must be one of ${ids.join(', ')} ${location === undefined ? '' : 'in this location'}`.trim(),
    );
  }
  if (builtInImages().some(({ id }) => id === image)) return;
  const own = cloud.images.find(region.id, image, nowMs);
  if (own === undefined) throw invalid('image', `must be the id of an image in region ${region.id}`);
  if (stateAt(own, nowMs) !== 'AVAILABLE') throw invalid('image', 'is not available yet');
}

function checkAuth({ cloud, region, nowMs }: Call, { auth }: Creation): void {
  if (auth?.key_pair !== undefined && cloud.keyPairs.find(region.id, auth.key_pair, nowMs) === undefined) {
    throw invalid('auth.key_pair', `must be the name of a key pair in region ${region.id}`);
  }
  if (auth?.ssh_public_key !== undefined && !isPublicKey(auth.ssh_public_key)) {
    throw invalid('auth.ssh_public_key', 'must be a public key in OpenSSH format');
  }
}
