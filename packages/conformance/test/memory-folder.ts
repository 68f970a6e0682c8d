/** Downloads of many objects by the in-memory driver: the portable operation, with its few steps performed at once. */
import { lstatSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Blocking, CloudError, type StorageOperations } from '@isobar/core';
import { downloadIntoFolder, type FilePlace, type Operation, type Step } from '@isobar/core/provider';

type Methods = Blocking<StorageOperations>;

/** Makes `downloadObjects` from a driver's `downloadObject`. */
export function folderDownloads(download: Methods['downloadObject']): Methods['downloadObjects'] {
  // biome-ignore lint/correctness/useYield: a driver in memory has no steps
  const one: StorageOperations['downloadObject'] = function* (object, path, options) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() && options?.overwriteExisting) rmSync(path);
    return download(object, path, options);
  };
  return (objects, folderPath, options) => drive(downloadIntoFolder(one, objects, folderPath, options));
}

function drive<Result>(operation: Operation<Result>): Result {
  let next = operation.next();
  while (!next.done) {
    let reply: unknown;
    try {
      reply = perform(next.value);
    } catch (failure) {
      next = operation.throw(failure);
      continue;
    }
    next = operation.next(reply);
  }
  return next.value;
}

function perform(step: Step): unknown {
  if (step.kind === 'parallel') return Array.from(step.operations, (operation) => drive(operation));
  if (step.kind === 'file' && step.action === 'makeFolders') return makeFolders(...step.args);
  throw new Error(`no ${step.kind} in memory`);
}

function makeFolders(folder: string, names: readonly string[]): FilePlace {
  mkdirSync(folder, { recursive: true });
  const top = realpathSync(folder);
  for (let depth = 1; depth < names.length; depth += 1) {
    const path = join(folder, ...names.slice(0, depth));
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isDirectory()) throw new CloudError('invalid-argument', 'no folder');
    if (!realpathSync(path).startsWith(top)) throw new CloudError('invalid-argument', 'out of the folder');
  }
  return { path: join(folder, ...names), ignoresCase: process.platform !== 'linux' };
}
