/** Where the driver in memory looks for the options of a call. */
import type { StorageOperations } from '@isobar/core';
import { CloudError, invalidArgument } from '@isobar/core/provider';

/** How many arguments come before the options. */
const before: Partial<Record<string, number>> = {
  iterateContainerObjects: 1,
  listContainerObjects: 1,
  getObject: 2,
  deleteContainer: 1,
  writeObject: 3,
  readObject: 1,
  deleteObject: 1,
} satisfies Partial<Record<keyof StorageOperations, number>>;

/** The methods, each with a check of the options that every call takes. */
export function withCheckedOptions<Methods extends object>(methods: Methods): Methods {
  const checked = Object.entries(methods).map(([name, method]) => {
    const at = before[name];
    if (at === undefined) return [name, method];
    return [
      name,
      (...args: unknown[]) => {
        check(args[at]);
        return method(...args);
      },
    ];
  });
  return Object.fromEntries(checked);
}

function check(options: unknown): void {
  const { timeoutMs = 0, signal } = (options ?? {}) as { readonly timeoutMs?: unknown; readonly signal?: AbortSignal };
  if (typeof timeoutMs !== 'number') throw invalidArgument('timeoutMs', 'must be a number');
  if (signal?.aborted) throw new CloudError('aborted', 'the signal has fired');
}
