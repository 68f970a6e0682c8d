/**
 * What is stored of a large object while it is copied, beside the plan: so that another worker goes on where one that was killed has
 * come. Each part is an object of its own, in a folder of its upload: of two workers none disturbs the other.
 */
import {
  isCloudError,
  type Operation,
  operationsOf,
  parallel,
  type StorageOperations,
  type StoredPart,
} from '@isobar/core/provider';
import type { AsyncTree, PartStore, SavedCopy } from '@isobar/transfer';
import { sha256Of } from './json-lines.ts';

/** Parts that are read at the same time. */
const readsAtOnce = 32;

/** Makes the store of a chunk with one large object. @param place Its folder. */
export function partStoreAt({ container, driver, prefix }: Required<AsyncTree>): PartStore {
  const operations = operationsOf<StorageOperations>(driver);
  const begun = `${prefix}upload.json`;
  /** The folder of an upload. Its id may be long, and have any characters. */
  const folderOf = ({ begun: { uploadId } }: SavedCopy): string => `${prefix}${sha256Of(uploadId).slice(0, 16)}/`;

  function* readJson<Value>(name: string): Operation<Value | undefined> {
    try {
      return (yield* operations.readJson({ container, name })) as Value;
    } catch (failure) {
      if (isCloudError(failure, 'not-found')) return undefined;
      throw failure;
    }
  }

  function* names(folder: string): Operation<string[]> {
    const objects = yield* operations.listContainerObjects(container as string, { prefix: folder });
    return objects.map(({ name }) => name);
  }

  return {
    *load() {
      const copy = yield* readJson<SavedCopy>(begun);
      if (!copy) return undefined;
      const found = yield* names(folderOf(copy));
      const parts = yield* parallel(
        found.map((name) => readJson<StoredPart>(name)),
        readsAtOnce,
      );
      return { ...copy, parts: parts.filter((part) => part !== undefined) };
    },
    *begin(copy) {
      yield* operations.writeObject(JSON.stringify(copy), container, begun);
    },
    *add(copy, part) {
      const name = `${folderOf(copy)}${String(part.number).padStart(5, '0')}.json`;
      yield* operations.writeObject(JSON.stringify(part), container, name);
    },
    *clear() {
      const found = yield* names(prefix);
      if (found.length > 0) yield* operations.deleteObjects(found.map((name) => ({ container, name })));
    },
  };
}
