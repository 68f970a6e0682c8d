/** Isobar in both kinds, as contenders. The designs call the same functions, so one of them stands for all. */
import type { Async, Blocking } from '@isobar/core';
import type { StorageOperations } from '@isobar/core/provider';
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';
import { s3 } from '@isobar/storage-s3';
import type { Client, Listed, Service } from './client.ts';

/** What this bench calls is the same in every provider. */
type Storage = Pick<
  StorageOperations,
  | 'readObject'
  | 'writeObject'
  | 'downloadObjectAsStream'
  | 'iterateContainerObjects'
  | 'uploadObject'
  | 'downloadObject'
  | 'getObject'
>;

/** Opens a driver of the contender's kind. */
export function connectIsobar(contender: string, { authority, key, secret, url: endpoint }: Service): Client {
  const options = { key, secret, endpoint, ...(authority !== undefined && { tls: { ca: authority } }) };
  // As Amazon's own service: a CRC32 goes with what is sent, and is compared with what is read.
  const s3Options = { ...options, dialect: 'aws' } as const;
  switch (contender) {
    case 'isobar-blocking':
      return blockingClient(connect(googleStorage, options));
    case 's3-blocking':
      return blockingClient(connect(s3, s3Options));
    case 's3-async':
      return asyncClient(connect(s3, { ...s3Options, async: true }));
    default:
      return asyncClient(connect(googleStorage, { ...options, async: true }));
  }
}

function asyncClient(driver: Async<Storage> & { close(): Promise<void> }): Client {
  return {
    get: (container, name) => driver.readObject({ container, name }),
    put: (container, name, bytes) => driver.writeObject(bytes, container, name),
    async list(container) {
      const listed = { count: 0, last: '' };
      for await (const { name } of driver.iterateContainerObjects(container)) {
        listed.count += 1;
        listed.last = name;
      }
      return listed;
    },
    async listPage(container) {
      for await (const page of driver.iterateContainerObjects(container, { prefetch: false }).pages()) {
        return listedOf(page.items);
      }
      return listedOf([]);
    },
    upload: (container, name, path) => driver.uploadObject(path, container, name),
    download: async (container, name, path) =>
      driver.downloadObject(await driver.getObject(container, name), path, { overwriteExisting: true }),
    async stream(container, name) {
      let sizeBytes = 0;
      for await (const piece of driver.downloadObjectAsStream({ container, name })) sizeBytes += piece.length;
      return sizeBytes;
    },
    close: () => driver.close(),
  };
}

function blockingClient(driver: Blocking<Storage> & { close(): void }): Client {
  return {
    get: (container, name) => driver.readObject({ container, name }),
    put: (container, name, bytes) => driver.writeObject(bytes, container, name),
    list(container) {
      const listed = { count: 0, last: '' };
      for (const { name } of driver.iterateContainerObjects(container)) {
        listed.count += 1;
        listed.last = name;
      }
      return listed;
    },
    listPage(container) {
      for (const page of driver.iterateContainerObjects(container).pages()) return listedOf(page.items);
      return listedOf([]);
    },
    upload: (container, name, path) => driver.uploadObject(path, container, name),
    download: (container, name, path) =>
      driver.downloadObject(driver.getObject(container, name), path, { overwriteExisting: true }),
    stream(container, name) {
      let sizeBytes = 0;
      for (const piece of driver.downloadObjectAsStream({ container, name })) sizeBytes += piece.length;
      return sizeBytes;
    },
    close: () => driver.close(),
  };
}

function listedOf(items: readonly { readonly name: string }[]): Listed {
  return { count: items.length, last: items.at(-1)?.name };
}
