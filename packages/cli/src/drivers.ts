/** Connects to the providers that a command line names. Each is connected once, so that a service can copy within itself. */
import {
  type AsyncComputeDriver,
  type AsyncStorageDriver,
  getProvider,
  isCloudError,
  isComputeDriver,
  isStorageDriver,
} from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { settingsFor } from './settings.ts';
import { usageError } from './usage-error.ts';

type AnyDriver = AsyncDisposable & { readonly provider: { readonly id: string } };

/** The drivers of a command. */
export class Drivers implements AsyncDisposable {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #open = new Map<string, Promise<AnyDriver>>();

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  /** The driver for a scheme or profile. */
  async storage(scheme: string): Promise<AsyncStorageDriver> {
    const driver = await this.#named(scheme);
    if (isStorageDriver(driver as never)) return driver as unknown as AsyncStorageDriver;
    throw usageError(`${scheme} is a provider of nodes, not of objects`);
  }

  /** The driver for a profile or the id of a provider. */
  async compute(name: string): Promise<AsyncComputeDriver> {
    const driver = await this.#named(name);
    if (isComputeDriver(driver as never)) return driver as unknown as AsyncComputeDriver;
    throw usageError(`${name} is a provider of objects, not of nodes`);
  }

  /** The driver for a folder of the disk. */
  async disk(folder: string, fsync: boolean): Promise<AsyncStorageDriver> {
    const driver = await this.#connected(`file:${fsync}:${folder}`, () =>
      connectTo('local', { folder, fsync }, folder),
    );
    return driver as unknown as AsyncStorageDriver;
  }

  async #named(name: string): Promise<AnyDriver> {
    return await this.#connected(name, async () => {
      const { options, provider } = settingsFor(name, this.#environment);
      return await connectTo(provider, options, name);
    });
  }

  async #connected(key: string, open: () => Promise<AnyDriver>): Promise<AnyDriver> {
    const known = this.#open.get(key) ?? open();
    this.#open.set(key, known);
    return await known;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opening of this.#open.values()) {
      const driver = await opening.catch(() => undefined);
      await driver?.[Symbol.asyncDispose]();
    }
  }
}

async function connectTo(provider: string, options: object, name: string): Promise<AnyDriver> {
  const definition = await getProvider(provider, { from: import.meta.url }).catch((failure: unknown) => {
    if (!isCloudError(failure, 'invalid-argument')) throw failure;
    throw usageError(
      `${name} is neither a scheme (gs, s3, file) nor a profile nor a provider; \`isobar providers\` and \`isobar profiles\` list them`,
    );
  });
  return connect(definition, { ...options, async: true } as never) as unknown as AnyDriver;
}
