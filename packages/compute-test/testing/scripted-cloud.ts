/** Operations of the test cloud against a scripted service. */
import { type Answer, ScriptedWorld } from '@isobar/core/testing';
import type { TestComputeOperations } from '../src/operations.ts';
import { testCompute } from '../src/provider.ts';

/** The operations and the scripted world that they run in. */
export interface ScriptedCloud {
  readonly world: ScriptedWorld;
  readonly cloud: TestComputeOperations;
}

/** Makes the operations of a driver, with a scripted world of its own. */
export function scriptCloud(
  settings: {
    readonly key?: string;
    readonly secret?: string;
    readonly region?: string;
    readonly attempts?: number;
  } = {},
): ScriptedCloud {
  const { attempts = 3, key = 'apache', secret = 'libcloud', region } = settings;
  const options = testCompute.options.safeParse({ key, secret, ...(region !== undefined && { region }) });
  if (!options.success) throw new Error('the example options are wrong');
  const retry = { attempts, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 60_000 };
  return { world: new ScriptedWorld(), cloud: testCompute.operations(options.data, { retry }) };
}

/** A node as the cloud writes it. */
export const wireNode = {
  id: 'n-1',
  name: 'web',
  state: 'running',
  public_ips: ['203.0.113.7'],
  private_ips: ['10.0.0.7'],
  size: 'small',
  image: 'debian-12',
  created_at: '2026-01-15T10:30:00Z',
  extra: { owner: 'joe' },
};

/** The JSON body of a request that was sent. */
export function sentJson(world: ScriptedWorld, index = 0): unknown {
  const body = world.service.requests[index]?.body;
  return body instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(body)) : undefined;
}

/** A response with a JSON body. */
export function json(value: unknown, more: Answer = {}): Answer {
  return { ...more, body: JSON.stringify(value) };
}

/** An error response as the cloud writes it. */
export function refusal(status: number, code: string, field?: string): Answer {
  return json({ error: { code, message: `it is ${code}`, ...(field !== undefined && { field }) } }, { status });
}
