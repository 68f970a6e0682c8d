/** Where the in-memory driver looks for the options of a call. */
import { CloudError, type StorageOperations } from '@isobar/core';
import { invalidArgument } from '@isobar/core/provider';

/** How many arguments come before the options. */
const before: Readonly<Record<keyof StorageOperations, number>> = {
  iterateContainers: 0,
  listContainers: 0,
  iterateContainerObjects: 1,
  listContainerObjects: 1,
  getContainer: 1,
  getObject: 2,
  createContainer: 1,
  deleteContainer: 1,
  uploadObject: 3,
  uploadObjectViaStream: 3,
  downloadObject: 2,
  downloadObjects: 2,
  downloadObjectAsStream: 1,
  downloadObjectRange: 4,
  downloadObjectRangeAsStream: 3,
  readObject: 1,
  writeObject: 3,
  deleteObject: 1,
  copyObject: 3,
  moveObject: 3,
  uploadObjects: 2,
  deleteObjects: 1,
  updateObjectMetadata: 2,
  presignObjectUrl: 1,
  iterateMultipartUploads: 1,
  abortMultipartUpload: 1,
};

/** The methods, each with a check of its options. */
export function withCheckedOptions<Methods extends object>(methods: Methods): Methods {
  const checked = Object.entries(methods).map(([name, method]) => [
    name,
    (...args: unknown[]) => {
      checkOptions(name, args);
      return method(...args);
    },
  ]);
  return Object.fromEntries(checked);
}

/** Refuses wrong options of a call, and one whose signal has fired. */
export function checkOptions(method: string, args: readonly unknown[]): void {
  const { timeoutMs = 0, signal } = (args[before[method as keyof StorageOperations]] ?? {}) as {
    readonly timeoutMs?: unknown;
    readonly signal?: AbortSignal;
  };
  if (typeof timeoutMs !== 'number') throw invalidArgument('timeoutMs', 'must be a number');
  if (signal?.aborted) throw new CloudError('aborted', 'aborted', {}, { cause: signal.reason });
}
