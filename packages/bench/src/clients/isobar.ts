/** Isobar's designs in both kinds, as contenders. */
import type { Async, Blocking } from '@isobar/core';
import type { OperationsOf } from '@isobar/core/provider';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';
import type { Client, Listed, Service } from './client.ts';

type Storage = OperationsOf<typeof googleStorage>;
type BlockingDriver = Blocking<Storage> & { close(): void };
type AsyncDriver = Async<Storage> & { close(): Promise<void> };

/** Opens a design's driver in a kind. */
export function connectIsobar(contender: string, service: Service): Client {
  const options = { key: service.key, secret: service.secret, endpoint: service.url };
  switch (contender) {
    case 'session-async':
      return asyncClient(new AsyncSession(connectSession(googleStorage, options)));
    case 'session-blocking':
      return blockingClient(connectSession(googleStorage, options));
    case 'mixin-async':
      return mixinClient(service);
    case 'mixin-blocking':
      return blockingClient(connectMixin(googleStorage, options));
    case 'flag-async':
      return asyncClient(connectFlag(googleStorage, { ...options, async: true }));
    case 'flag-blocking':
      return blockingClient(connectFlag(googleStorage, options));
    default:
      throw new Error(`${contender} is no design`);
  }
}

function asyncClient(driver: AsyncDriver): Client {
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
    close: () => driver.close(),
  };
}

function mixinClient(service: Service): Client {
  const driver = connectMixin(googleStorage, { key: service.key, secret: service.secret, endpoint: service.url });
  return {
    get: (container, name) => driver.readObjectAsync({ container, name }),
    put: (container, name, bytes) => driver.writeObjectAsync(bytes, container, name),
    async list(container) {
      const listed = { count: 0, last: '' };
      for await (const { name } of driver.iterateContainerObjectsAsync(container)) {
        listed.count += 1;
        listed.last = name;
      }
      return listed;
    },
    async listPage(container) {
      for await (const page of driver.iterateContainerObjectsAsync(container, { prefetch: false }).pages()) {
        return listedOf(page.items);
      }
      return listedOf([]);
    },
    upload: (container, name, path) => driver.uploadObjectAsync(path, container, name),
    download: async (container, name, path) =>
      driver.downloadObjectAsync(await driver.getObjectAsync(container, name), path, { overwriteExisting: true }),
    close: () => driver.closeAsync(),
  };
}

function blockingClient(driver: BlockingDriver): Client {
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
    close: () => driver.close(),
  };
}

function listedOf(items: readonly { readonly name: string }[]): Listed {
  return { count: items.length, last: items.at(-1)?.name };
}
