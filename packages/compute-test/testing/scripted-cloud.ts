/** A driver of the test cloud whose service is a script. */
import type { Answer } from '../../core/testing/scripted-service.ts';
import { ScriptedWorld } from '../../core/testing/scripted-world.ts';
import type { TestComputeOperations } from '../src/operations.ts';
import { testCompute } from '../src/provider.ts';

/** A driver and the world that it sees. */
export interface ScriptedCloud {
  readonly world: ScriptedWorld;
  readonly cloud: TestComputeOperations;
}

/** Makes a driver for a world of its own. */
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

/** What the cloud was told in the body of a request, by number. */
export function told(world: ScriptedWorld, at = 0): unknown {
  const body = world.service.requests[at]?.body;
  return body instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(body)) : undefined;
}

/** An answer of JSON. */
export function json(value: unknown, more: Answer = {}): Answer {
  return { ...more, body: JSON.stringify(value) };
}

/** A refusal as the cloud writes it. */
export function refusal(status: number, code: string, field?: string): Answer {
  return json({ error: { code, message: `it is ${code}`, ...(field !== undefined && { field }) } }, { status });
}
