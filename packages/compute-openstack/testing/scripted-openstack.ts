/** Operations of OpenStack against a scripted cloud. */
import { type Answer, ScriptedWorld } from '@isobar/core/testing';
import type { OpenStackOperations } from '../src/operations.ts';
import type { OpenStackOptions } from '../src/options.ts';
import { openstack } from '../src/provider.ts';

/** The operations and the scripted world that they run in. */
export interface ScriptedOpenStack {
  readonly world: ScriptedWorld;
  readonly cloud: OpenStackOperations;
}

/** Options of a user with a password. */
export const password = {
  authUrl: 'https://keystone.example/identity',
  username: 'jane',
  password: 'hunter2-secret',
  project: 'web',
} as const;

const hosts: readonly (readonly [type: string, url: string])[] = [
  ['compute', 'https://nova.example/v2.1'],
  ['image', 'https://glance.example'],
  ['network', 'https://neutron.example/'],
  ['volumev3', 'https://cinder.example/v3/project-1'],
];

/** The catalogue of a cloud with some regions. */
export function catalogueOf(...regions: readonly string[]): object[] {
  return hosts.map(([type, url]) => ({
    type,
    endpoints: regions.flatMap((region) => [
      { interface: 'public', region, region_id: region, url },
      { interface: 'internal', region, region_id: region, url: url.replace('.example', '.internal') },
    ]),
  }));
}

/** Keystone's answer with a token that lasts an hour. */
export function tokenAnswer(token = 'token-1', more: object = {}): Answer {
  const described = {
    expires_at: '2026-01-15T11:00:00.000000Z',
    issued_at: '2026-01-15T10:00:00.000000Z',
    project: { id: 'project-1' },
    catalog: catalogueOf('west'),
    ...more,
  };
  return json({ token: described }, { status: 201, headers: { 'x-subject-token': token } });
}

/** The path at which the scripted Keystone gives tokens. */
export const tokenPath = '/identity/v3/auth/tokens';

/** Makes the operations of a driver, with a scripted world of its own whose Keystone gives tokens. */
export function scriptOpenStack(
  options: OpenStackOptions = password,
  {
    attempts = 3,
    answers = [tokenAnswer()],
  }: { readonly attempts?: number; readonly answers?: readonly Answer[] } = {},
): ScriptedOpenStack {
  const checked = openstack.options.safeParse(options);
  if (!checked.success) throw new Error('the example options are wrong');
  const retry = { attempts, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 60_000 };
  const world = new ScriptedWorld();
  for (const answer of answers) world.service.on('POST', tokenPath, answer);
  return { world, cloud: openstack.operations(checked.data, { retry }) };
}

/** A server as Nova writes it. */
export function wireServer(more: object = {}): object {
  return {
    id: 'n-1',
    name: 'web-1',
    status: 'ACTIVE',
    created: '2026-01-15T10:30:00Z',
    flavor: { id: '1' },
    image: { id: 'i-1' },
    addresses: {},
    metadata: {},
    tags: [],
    'OS-EXT-STS:task_state': null,
    ...more,
  };
}

/** The JSON bodies that were sent to a path. */
export function sentTo(world: ScriptedWorld, path: string | RegExp): unknown[] {
  return world.service.requests
    .filter((request) => (typeof path === 'string' ? request.path === path : path.test(request.path)))
    .map(({ body }) => (body instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(body)) : undefined));
}

/** An answer with a JSON body. */
export function json(value: unknown, more: Answer = {}): Answer {
  return { headers: { 'content-type': 'application/json' }, ...more, body: JSON.stringify(value) };
}

/** A refusal as Nova and Cinder write it. */
export function refusal(status: number, reason: string, message: string, headers: Record<string, string> = {}): Answer {
  return json({ [reason]: { code: status, message } }, { status, headers });
}
