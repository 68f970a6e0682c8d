/** Creates nodes. */
import {
  type CreateNodeOptions,
  checkAuth,
  describe,
  idOf,
  invalidArgument,
  listOf,
  type NodeAuth,
  type NodeImage,
  type NodeSize,
  NodeState,
  type Operation,
  readJson,
  recordOf,
  textOf,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { CreatedOpenStackNode, OpenStackNetwork } from './models.ts';
import { destroyNode, nodesTagged } from './nodes.ts';
import { createOnce, markName } from './once.ts';
import { type Scope, send } from './requests.ts';

/** Options of `createNode`. */
export interface CreateOpenStackNodeOptions extends CreateNodeOptions {
  /**
   * The networks: their ids or models, or `none`. Default `auto`: the only one of the project. With several, the error names
   * them.
   */
  readonly exNetworks?: readonly (OpenStackNetwork | string)[] | 'auto' | 'none';
  /** Names of security groups. Default: the project's `default`. */
  readonly exSecurityGroups?: readonly string[];
  /** What cloud-init of the image gets: a script or a document. At most 49,149 bytes. */
  readonly exUserData?: string;
  /** Up to 127 texts, each of at most 255 characters. */
  readonly exMetadata?: Readonly<Record<string, string>>;
}

/** The version in which a server is created with tags. */
const version = '2.52';

const wireCreated = z.object({ server: z.object({ id: z.string(), adminPass: z.nullish(z.string()) }) });

/** Creates a node. One exchange; two more with a token of the caller. All attempts carry the same mark. */
export function* createNode(
  scope: Scope,
  name: string,
  givenSize: NodeSize | string,
  givenImage: NodeImage | string,
  options: CreateOpenStackNodeOptions = {},
): Operation<CreatedOpenStackNode> {
  const [size, image] = [idOf(givenSize, 'size'), idOf(givenImage, 'image')];
  const location = options.location === undefined ? undefined : idOf(options.location, 'location');
  const login = loginOf(options.auth, options.exUserData);
  const metadata = metadataOf(options.exMetadata);
  const networks = networksOf(options.exNetworks);
  const groups = options.exSecurityGroups && listOf('exSecurityGroups', options.exSecurityGroups, 100);
  const { generates, ...fields } = login;
  const server = {
    name: textOf('name', name),
    flavorRef: size,
    imageRef: image,
    networks,
    ...fields,
    ...(location !== undefined && { availability_zone: location }),
    ...(groups && {
      security_groups: groups.map((group, index) => ({ name: textOf(`exSecurityGroups[${index}]`, group) })),
    }),
  };
  return yield* createOnce<CreatedOpenStackNode>(scope, options, (mark) => ({
    isWanted: (node) => node.name === name && node.size === size && node.image === image,
    look: () => nodesTagged(scope, mark),
    *create() {
      const marked = { ...server, metadata: { ...metadata, [markName]: mark }, tags: [mark] };
      const secrets = [login.adminPass, login.user_data].filter((secret) => secret !== undefined);
      const request = { service: 'compute', method: 'POST', path: '/servers', idempotent: false } as const;
      const json = { server: marked };
      const { body } = yield* send(scope, { ...request, json, version, fields: faults, secrets });
      const { adminPass, id } = readJson(wireCreated, body).server;
      return {
        id,
        name,
        state: NodeState.PENDING,
        publicIps: [],
        privateIps: [],
        size,
        image,
        ...(location !== undefined && { location }),
        ...(scope.region !== undefined && { region: scope.region }),
        extra: { status: 'BUILD', metadata: marked.metadata, tags: marked.tags, volumes: [], securityGroups: [] },
        ...(generates && adminPass && { generatedPassword: adminPass }),
      };
    },
    remove: (node) => destroyNode(scope, node),
  }));
}

/** What Nova says when an argument is at fault. */
const faults: Readonly<Record<string, RegExp>> = {
  size: /^Flavor|^Invalid flavorRef/,
  image: /requested image|^Image|^Invalid imageRef|imageRef/,
  auth: /key_name|^Key ?pair/i,
  location: /availability[ _]zone/i,
  exNetworks: /^Network|possible network|^Port |external network/i,
  exSecurityGroups: /^Security group/i,
  exUserData: /user_data|[Uu]ser data/,
  exMetadata: /metadata/,
  name: /attribute name\b/,
};

interface Login {
  readonly key_name?: string;
  readonly adminPass?: string;
  readonly user_data?: string;
  readonly generates?: boolean;
}

/** Nova takes no public key with a server, but cloud-init of the image does. */
function loginOf(auth: NodeAuth | undefined, userData: string | undefined): Login {
  const encoded = userData === undefined ? undefined : { user_data: encode(userData) };
  if (auth === undefined) return encoded ?? {};
  const checked = checkAuth(auth);
  switch (checked.kind) {
    case 'keyPair':
      return { key_name: checked.value, ...encoded };
    case 'password':
      return { adminPass: checked.value, ...encoded };
    case 'generatePassword':
      return { generates: true, ...encoded };
    case 'sshPublicKey':
      if (encoded) {
        const way = 'name the key in `exUserData`, or import it and pass `keyPair`';
        throw invalidArgument(
          'auth',
          `cannot have a public key beside \`exUserData\`, because it is sent as user data: ${way}`,
        );
      }
      return { user_data: encode(`#cloud-config\nssh_authorized_keys:\n  - ${JSON.stringify(checked.value)}\n`) };
  }
}

function encode(userData: string): string {
  const encoded = Buffer.from(textOf('exUserData', userData)).toString('base64');
  if (encoded.length <= 65_535) return encoded;
  throw invalidArgument('exUserData', 'must have at most 49,149 bytes');
}

function metadataOf(metadata: unknown): Readonly<Record<string, string>> {
  if (metadata === undefined) return {};
  const entries = Object.entries(recordOf('exMetadata', metadata, Object.keys(Object(metadata))));
  if (entries.length > 127) throw invalidArgument('exMetadata', `must have at most 127 entries, not ${entries.length}`);
  for (const [key, value] of entries) {
    if (!/^[a-zA-Z0-9\-_:. ]{1,255}$/.test(key) || key === markName) {
      throw invalidArgument(
        'exMetadata',
        'must have names of letters, digits, spaces and -_:. with at most 255 characters',
      );
    }
    if (typeof value !== 'string' || value.length > 255) {
      throw invalidArgument(`exMetadata.${key}`, `must be a text of at most 255 characters, not ${describe(value)}`);
    }
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function networksOf(networks: CreateOpenStackNodeOptions['exNetworks'] = 'auto'): unknown {
  if (networks === 'auto' || networks === 'none') return networks;
  const wanted = listOf('exNetworks', networks, 100) as readonly (OpenStackNetwork | string)[];
  return wanted.map((network) => ({ uuid: idOf(network, 'exNetworks') }));
}
