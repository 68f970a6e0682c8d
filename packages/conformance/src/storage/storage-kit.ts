/** The kit for cases about storage. It also creates containers, and removes them with their objects after the case. */
import { isCloudError } from '@isobar/core';
import type { AnyStorage } from '../driver.ts';
import { type Kit, type KitSetup, makeKit } from '../kit.ts';
import type { UrlAnswer, UrlRequest } from '../plain-request.ts';

/** What the kit knows about a storage service. */
export interface StorageSetup extends KitSetup<AnyStorage> {
  /** Makes a container name from a unique text of lower-case letters and digits. */
  readonly containerName: (unique: string) => string;
  /** Container names that the provider refuses. */
  readonly invalidContainerNames: readonly string[];
  /** How many objects make a listing longer than a page of the server. */
  readonly longListing: number;
  /** Requests a URL without credentials. */
  readonly requestUrl: (request: UrlRequest) => Promise<UrlAnswer>;
}

/** What a case about storage works with. */
export interface StorageKit extends Kit<AnyStorage>, StorageSetup {
  /** A container's name that is not in use; a container of that name is removed after the case. */
  newName(): string;
  /** The name of a new, empty container. */
  container(): Promise<string>;
  /** Creates a container with objects of these names, each holding its own name. Returns the container's name. */
  containerWith(objectNames: readonly string[]): Promise<string>;
}

/** Makes a kit for one case about storage. */
export function makeStorageKit(setup: StorageSetup): { readonly kit: StorageKit; tidy(): Promise<void> } {
  const { kit: base, tidy } = makeKit(setup);
  const kit: StorageKit = {
    ...setup,
    ...base,
    newName() {
      const name = setup.containerName(uniqueText());
      base.afterwards(() => removeContainer(setup.driver, name));
      return name;
    },
    async container() {
      const name = kit.newName();
      await setup.driver.createContainer(name);
      return name;
    },
    async containerWith(objectNames) {
      const container = await kit.container();
      await inBatches(objectNames, (name) => setup.driver.writeObject(name, container, name));
      return container;
    },
  };
  return { kit, tidy };
}

let made = 0;

/** Text of lower-case letters and digits that no other test run uses. */
export function uniqueText(): string {
  made += 1;
  return `${crypto.randomUUID().slice(0, 8)}${made.toString(36)}`;
}

/** Removes a container and its objects, if it exists. */
export async function removeContainer(driver: AnyStorage, name: string): Promise<void> {
  try {
    const objects = await driver.listContainerObjects(name);
    await inBatches(objects, (object) => driver.deleteObject(object));
    await driver.deleteContainer(name);
  } catch (failure) {
    if (!isCloudError(failure, 'not-found')) throw failure;
  }
}

const BATCH = 16;

/** Calls a function for each item, a few at once where the kind allows it. */
export async function inBatches<Item>(items: readonly Item[], call: (item: Item) => unknown): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH) {
    await Promise.all(items.slice(start, start + BATCH).map(async (item) => await call(item)));
  }
}
