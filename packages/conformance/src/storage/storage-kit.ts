/** The kit for cases about storage. It also creates containers, and removes them with their objects after the case. */
import { type ConditionOptions, isCloudError } from '@isobar/core';
import type { AnyStorage } from '../driver.ts';
import { type Kit, type KitSetup, type MadeKit, makeKit } from '../kit.ts';
import type { UrlAnswer, UrlRequest } from '../plain-request.ts';
import { hardNames } from './hard-names.ts';

/** What the kit knows about a storage service. */
export interface StorageSetup extends KitSetup<AnyStorage> {
  /** Makes a container name from a unique text of lower-case letters and digits. */
  readonly containerName: (unique: string) => string;
  /** Container names that the provider refuses. */
  readonly invalidContainerNames: readonly string[];
  /** Whether the provider refuses an object's name. */
  readonly refusesName: (name: string) => boolean;
  /** The only container that cases may use. Cases that need another one are skipped. */
  readonly onlyContainer?: string | undefined;
  /** How many objects make a listing longer than a page of the server. */
  readonly longListing: number;
  /** The conditions that the provider keeps. */
  readonly conditions: readonly (keyof ConditionOptions)[];
  /** Requests a URL without credentials. */
  readonly requestUrl: (request: UrlRequest) => Promise<UrlAnswer>;
}

/** What a case about storage works with. */
export interface StorageKit extends Kit<AnyStorage>, StorageSetup {
  /** Names that are easily changed in transit, as far as the provider stores them. */
  readonly storedNames: readonly string[];
  /** A container's name that is not in use; a container of that name is removed after the case. */
  newName(): string;
  /** The name of a new, empty container. */
  container(): Promise<string>;
  /** Creates a container with objects of these names, each holding its own name. Returns the container's name. */
  containerWith(objectNames: readonly string[]): Promise<string>;
}

/** Makes a kit for one case about storage. */
export function makeStorageKit(setup: StorageSetup): MadeKit<StorageKit> {
  const { kit: base, ...end } = makeKit(setup);
  const { onlyContainer } = setup;
  const guard = (driver: AnyStorage) => (onlyContainer === undefined ? driver : withoutContainerChanges(driver, base));
  const driver = guard(setup.driver);
  let isLent = false;
  const kit: StorageKit = {
    ...setup,
    ...base,
    storedNames: hardNames.filter((name) => !setup.refusesName(name)),
    driver,
    open: (options) => guard(base.open(options)),
    both(options) {
      const both = base.both(options);
      return { ...both, blocking: guard(both.blocking), async: guard(both.async) };
    },
    newName() {
      if (onlyContainer !== undefined) base.refuse('this case creates containers of its own');
      const name = setup.containerName(uniqueText());
      base.afterwards(() => removeContainer(driver, name));
      return name;
    },
    async container() {
      if (onlyContainer === undefined) {
        const name = kit.newName();
        await driver.createContainer(name);
        return name;
      }
      if (isLent) base.refuse('this case needs a second container');
      // Objects that no case created are never deleted.
      for await (const { name } of driver.iterateContainerObjects(onlyContainer, { pageSize: 1 })) {
        throw new Error(`${onlyContainer} must be empty, but holds ${JSON.stringify(name)}`);
      }
      isLent = true;
      base.afterwards(() => emptyContainer(driver, onlyContainer));
      return onlyContainer;
    },
    async containerWith(objectNames) {
      const container = await kit.container();
      await inBatches(objectNames, (name) => driver.writeObject(name, container, name));
      return container;
    },
  };
  return { kit, ...end };
}

/** A driver that creates and deletes no containers: those of somebody's real account are not the kit's. */
function withoutContainerChanges(driver: AnyStorage, kit: Kit<AnyStorage>): AnyStorage {
  const refuse = () => kit.refuse('this case creates or deletes containers');
  return new Proxy(driver, {
    get: (target, name) =>
      name === 'createContainer' || name === 'deleteContainer' ? refuse : Reflect.get(target, name, target),
  });
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
    await emptyContainer(driver, name);
    await driver.deleteContainer(name);
  } catch (failure) {
    if (!isCloudError(failure, 'not-found')) throw failure;
  }
}

async function emptyContainer(driver: AnyStorage, name: string): Promise<void> {
  const objects = await driver.listContainerObjects(name);
  await inBatches(objects, (object) => driver.deleteObject(object));
}

const BATCH = 16;

/** Calls a function for each item, a few at once where the kind allows it. */
export async function inBatches<Item>(items: readonly Item[], call: (item: Item) => unknown): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH) {
    await Promise.all(items.slice(start, start + BATCH).map(async (item) => await call(item)));
  }
}
