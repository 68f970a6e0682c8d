import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { get } from './testing/steps.ts';

const trace = { provider: 'acme', operation: 'getObject' };
const response = { status: 200, headers: {}, body: new Uint8Array(0) };

type Tracing = typeof import('./tracing.ts');

/** Traces all that is traced. @returns Whether an exchange was observed. */
async function traceAll({ traceOperation, traceOperationAsync, observeExchange }: Tracing): Promise<boolean> {
  traceOperation(trace, () => 1);
  await traceOperationAsync(trace, async () => 1);
  const observer = observeExchange(trace, get('http://a', '/b?c'));
  observer?.succeed(response);
  return observer !== undefined;
}

/** The module over tracing channels that do not say whether anybody listens, as Bun's. */
async function overSilentChannels(): Promise<Tracing> {
  vi.doMock(import('node:diagnostics_channel'), async (load) => {
    const real = await load();
    const silent = (name: string) =>
      new Proxy(real.tracingChannel(name), {
        get(channel, property) {
          if (property === 'hasSubscribers') return undefined;
          const value: unknown = Reflect.get(channel, property);
          return typeof value === 'function' ? value.bind(channel) : value;
        },
      });
    return { ...real, tracingChannel: silent as typeof tracingChannel };
  });
  vi.resetModules();
  return import('./tracing.ts');
}

describe('tracing', () => {
  const seen: string[] = [];
  const channels = ['operation', 'exchange'].map((name) => tracingChannel<unknown, object>(`isobar:${name}`));
  const listener = { end: () => seen.push('end'), asyncEnd: () => seen.push('asyncEnd') } as never;

  afterEach(() => {
    for (const channel of channels) channel.unsubscribe(listener);
    seen.length = 0;
    vi.doUnmock('node:diagnostics_channel');
    vi.resetModules();
  });

  test.for([
    ['that say so', () => import('./tracing.ts')],
    ['that do not say so', overSilentChannels],
  ] as const)('is for those who listen to channels %s', async ([, load]) => {
    const tracing = await load();
    for (const channel of channels) channel.subscribe(listener);
    expect(await traceAll(tracing)).toBe(true);
    expect(seen).toEqual(['end', 'end', 'asyncEnd', 'end', 'asyncEnd']);
  });

  test('observes no exchange while nobody listens', async () => {
    expect(await traceAll(await import('./tracing.ts'))).toBe(false);
  });
});
