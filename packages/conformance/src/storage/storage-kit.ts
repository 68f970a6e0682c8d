/** What cases about storage work with: a kit that also makes containers, and takes them away with all they hold. */
import { isCloudError } from '@isobar/core';
import type { AnyStorage } from '../driver.ts';
import { type Kit, type KitSetup, makeKit } from '../kit.ts';
import type { UrlAnswer, UrlRequest } from '../plain-request.ts';

/** What the kit is told about a storage service. */
export interface StorageSetup extends KitSetup<AnyStorage> {
  /** A container's name around a text that is unique: lower-case letters and digits. */
  readonly containerName: (unique: string) => string;
  /** Names that the provider refuses for containers. */
  readonly invalidContainerNames: readonly string[];
  /** How many objects make a listing long. */
  readonly longListing: number;
  /** Requests a URL as anyone could who was given it. */
  readonly requestUrl: (request: UrlRequest) => Promise<UrlAnswer>;
}

/** What a case about storage works with. */
export interface StorageKit extends Kit<AnyStorage>, StorageSetup {
  /** A container's name that is not in use; a container of that name is removed after the case. */
  newName(): string;
  /** The name of a new, empty container. */
  container(): Promise<string>;
  /** A new container with objects of these names, each holding its own name; their container's name. */
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

/** Text that no other test run uses, of lower-case letters and digits. */
export function uniqueText(): string {
  made += 1;
  return `${crypto.randomUUID().slice(0, 8)}${made.toString(36)}`;
}

/** Removes a container and all it holds, if it is there. */
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
