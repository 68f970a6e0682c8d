/** How each file step is performed. Loaded with the first one: Node's file modules take a tenth of a cold start. */
import type { FileActions } from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import {
  appendFile,
  checksumFile,
  copyRange,
  discardFile,
  publishFile,
  readFileRange,
  readSmallFile,
  removeFile,
  setModifiedTime,
  stageFile,
  stageWhole,
  statFile,
  writeStaged,
} from './files.ts';
import { listEntries, lookUp, makeFolder, makeFolders, removeFolder } from './folders.ts';

/** The function for each action. It takes the call last, to notice that it was cancelled. */
export const fileActions: {
  readonly [Action in keyof FileActions]: (
    ...args: [...Parameters<FileActions[Action]>, call: Call]
  ) => Promise<ReturnType<FileActions[Action]>>;
} = {
  stat: statFile,
  readFile: readSmallFile,
  readRange: readFileRange,
  checksums: checksumFile,
  listFolder: listEntries,
  lookUp,
  makeFolders,
  stage: stageFile,
  stageBytes: stageWhole,
  write: writeStaged,
  copy: copyRange,
  publish: publishFile,
  discard: discardFile,
  setModified: setModifiedTime,
  append: appendFile,
  removeFile,
  makeFolder,
  removeFolder,
};
