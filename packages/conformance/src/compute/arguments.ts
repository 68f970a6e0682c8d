/** Arguments: which of them are options, and errors about wrong types. */
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import type { AnyCompute } from '../driver.ts';
import type { ComputeKit } from './compute-kit.ts';

/** Each of these fields would break or end a call if a driver took its holder for options. */
const notOptions = { timeoutMs: 'boom', onProgress: 'boom', pollIntervalMs: -1, signal: AbortSignal.abort() } as const;

const missing = 'no-such-thing';

/** Methods whose arguments may be anything: what these cases pass is wrong on purpose. */
type Loose = { readonly [Name in keyof AnyCompute]: (...args: unknown[]) => unknown };

/** Cases about arguments. */
export const computeArguments: Suite<ComputeKit> = {
  title: 'arguments',
  cases: [
    {
      title: 'does not take a model for options, whatever its fields',
      async run({ driver, fails }) {
        const model = { id: missing, name: missing, extra: notOptions, ...notOptions };
        for (const operation of ['destroyNode', 'stopNode'] as const) {
          const call = () => (driver as unknown as Loose)[operation](model);
          await fails(call, { code: 'not-found', details: { operation, node: missing } });
        }
        const [location] = await driver.listLocations();
        if (location) expect(await driver.listSizes({ ...location, ...notOptions })).toBeInstanceOf(Array);
      },
    },
    {
      title: 'checks options in their position, before anything is sent',
      async run({ driver, failsUnsent }) {
        const options = { timeoutMs: 'boom' as unknown as number };
        const calls: Partial<Record<keyof AnyCompute, () => unknown>> = {
          listNodes: () => driver.listNodes(options),
          getNode: () => driver.getNode(missing, options),
          destroyNode: () => driver.destroyNode(missing, options),
          listSizes: () => driver.listSizes(undefined, options),
          waitForNodes: () => driver.waitForNodes([missing], options),
        };
        for (const [operation, call] of Object.entries(calls)) {
          await failsUnsent(call, { code: 'invalid-argument', details: { operation, field: 'timeoutMs' } });
        }
      },
    },
    {
      title: 'obeys a signal in the options',
      kind: 'async',
      async run({ driver, failsUnsent }) {
        const { signal } = notOptions;
        await failsUnsent(() => driver.destroyNode(missing, { signal }), { code: 'aborted' });
        await failsUnsent(() => driver.listSizes(undefined, { signal }), { code: 'aborted' });
      },
    },
    {
      title: 'refuses an argument of the wrong type before it checks options or sends anything',
      async run({ driver, failsUnsent }) {
        const loose = driver as unknown as Loose;
        const calls: readonly (readonly [keyof AnyCompute, readonly unknown[], field: string, given: string])[] = [
          ['getNode', [{ id: missing }, 'text'], 'nodeId', 'an object'],
          ['destroyNode', [[missing], 'text'], 'node', 'an array'],
          ['waitForNodes', [missing, 'running'], 'nodes', `"${missing}"`],
          ['waitUntilRunning', [{ id: missing }, 5], 'nodes', 'an object'],
          ['listSizes', [5, 5], 'location', '5'],
        ];
        for (const [operation, args, field, given] of calls) {
          const details = { operation, field };
          const failure = await failsUnsent(() => loose[operation](...args), { code: 'invalid-argument', details });
          expect(failure.message, 'it says what was given').toContain(given);
        }
      },
    },
  ],
};
