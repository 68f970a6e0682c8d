/** Containers: the folders of the driver's folder. */
import {
  CloudError,
  type Container,
  isCloudError,
  type ListContainersOptions,
  listFolder,
  lookUp,
  makeFolder,
  type Operation,
  type Page,
  removeFile,
  removeFolder,
} from '@isobar/core/provider';
import { missingContainer } from './finding.ts';
import { pageOf } from './local-listing.ts';
import { containerName, isTemporary, privateFolder } from './names.ts';

/** A page of the containers. The cursor is the name of the last folder of the page before. */
export function* listContainers(
  folder: string,
  { prefix = '' }: ListContainersOptions,
  cursor: string | undefined,
): Operation<Page<Container>> {
  const { entries, hasMore } = yield* inFolder(listFolder(folder, { after: cursor }));
  const folders = entries.filter(({ isUtf8, kind, name }) => kind === 'folder' && isUtf8 && isName(name));
  const items = folders.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => model(name));
  const last = entries.at(-1)?.name;
  return { items, ...(hasMore && last !== undefined && { cursor: last }) };
}

/** Folders of other names, such as hidden ones, are no containers. */
function isName(name: string): boolean {
  try {
    containerName(name);
    return true;
  } catch {
    return false;
  }
}

function model(name: string): Container {
  return { name, extra: {} };
}

/** @throws {CloudError} `not-found`. */
export function* getContainer(folder: string, name: string): Operation<Container> {
  const { status } = yield* inFolder(lookUp(folder, [name]));
  if (status?.kind !== 'folder') throw missingContainer(name);
  return model(name);
}

/** @throws {CloudError} `already-exists`. */
export function* createContainer(folder: string, name: string): Operation<Container> {
  const { status } = yield* inFolder(lookUp(folder, [name]));
  if (status || !(yield* inFolder(makeFolder(`${folder}/${name}`)))) {
    throw new CloudError(
      'already-exists',
      `container ${name}: there is already a ${status?.kind ?? 'folder'} of that name`,
      {
        container: name,
      },
    );
  }
  return model(name);
}

/** @throws {CloudError} `not-found`, `not-empty`. */
export function* deleteContainer(folder: string, name: string): Operation<void> {
  yield* getContainer(folder, name);
  const path = `${folder}/${name}`;
  const { items } = yield* pageOf({ name, path }, { pageSize: 1 }, undefined);
  if (items.length > 0) throw notEmpty(name);
  // What is left belongs to no object: folders without files, sidecars, and files whose writer has ended.
  yield* removeFiles(`${path}/${privateFolder}`, () => true);
  yield* removeFiles(path, isTemporary);
  if (yield* getContainerIfThere(folder, name)) throw notEmpty(name);
}

function* getContainerIfThere(folder: string, name: string): Operation<boolean> {
  return (yield* lookUp(folder, [name])).depth > 0;
}

function notEmpty(container: string): CloudError {
  return new CloudError('not-empty', `container ${container}: it still holds objects or other files`, { container });
}

/** Removes a folder with the files that may go. Stops quietly when others are in it. */
function* removeFiles(path: string, mayGo: (name: string) => boolean): Operation<void> {
  try {
    for (let after: string | undefined; ; ) {
      const { entries, hasMore } = yield* listFolder(path, { after });
      for (const { kind, name } of entries) {
        if (kind === 'folder') yield* removeFiles(`${path}/${name}`, mayGo);
        else if (kind === 'file' && mayGo(name)) yield* removeFile(`${path}/${name}`);
      }
      after = entries.at(-1)?.name;
      if (!hasMore || after === undefined) break;
    }
    yield* removeFolder(path);
  } catch (failure) {
    const isLeft = isCloudError(failure, 'not-empty') || (isCloudError(failure) && failure.details.field === 'path');
    if (!isLeft) throw failure;
  }
}

/** Runs steps on the driver's folder. Errors about it are errors about the option. */
export function* inFolder<Result>(steps: Operation<Result>): Operation<Result> {
  try {
    return yield* steps;
  } catch (failure) {
    if (!isCloudError(failure, 'invalid-argument')) throw failure;
    const message = failure.message.replace(/^`\w+`:? /, '`folder`: ');
    throw new CloudError(failure.code, message, { ...failure.details, field: 'folder' }, { cause: failure.cause });
  }
}
