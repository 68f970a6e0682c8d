/** Uploads in parts. */
import {
  type BegunUpload,
  CloudError,
  clock,
  concatenate,
  type PartUploads,
  type StoredPart,
} from '@isobar/core/provider';
import { uploadsPage } from './memory-listing.ts';
import { bytesOf, keep, sentOf } from './memory-objects.ts';
import type { MemoryStore, UnfinishedUpload } from './memory-store.ts';

/** Uploads in parts into a store. */
export function partsOf(store: MemoryStore): PartUploads {
  function uploadOf({ container, name, uploadId }: BegunUpload): UnfinishedUpload {
    const upload = store.container(container).uploads.get(uploadId);
    if (upload?.name === name) return upload;
    const message = `object ${JSON.stringify(name)} in ${container}: there is no upload ${uploadId}`;
    throw new CloudError('not-found', message, { container, object: name });
  }
  return {
    *begin({ location: { container, name } }) {
      const startedAt = new Date(yield* clock());
      const uploadId = store.nextId();
      store.container(container).uploads.set(uploadId, { name, uploadId, startedAt, parts: new Map() });
      return { container, name, uploadId };
    },
    *put(upload, { number }, body, request) {
      const bytes = yield* bytesOf(body, request);
      uploadOf(upload).parts.set(number, bytes);
      return { tag: store.nextId(), sent: sentOf(bytes, request) };
    },
    *complete(upload, parts: readonly StoredPart[], write) {
      const stored = uploadOf(upload).parts;
      const bytes = concatenate(
        parts.map(({ number }) => stored.get(number) as Uint8Array),
        parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      );
      const { object } = yield* keep(store, write, () => bytes);
      store.container(upload.container).uploads.delete(upload.uploadId);
      return object.version;
    },
    *abort(upload) {
      yield* clock();
      uploadOf(upload);
      store.container(upload.container).uploads.delete(upload.uploadId);
    },
    // biome-ignore lint/correctness/useYield: everything is here
    *list(container, { prefix = '' }, cursor) {
      return uploadsPage(store.container(container), prefix, cursor);
    },
  };
}
