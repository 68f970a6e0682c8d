/** How each file step is performed. Loaded with the first one: Node's file modules take a tenth of a cold start. */
import type { FileActions } from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import { checksumFile, readFileRange, readSmallFile, statFile } from './files.ts';
import { listEntries, lookUp, makeFolder, makeFolders, removeFolder } from './folders.ts';
import {
  appendFile,
  copyRange,
  discardFile,
  publishFile,
  removeFile,
  setModifiedTime,
  stageFile,
  stageWhole,
  writeStaged,
} from './writing.ts';

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
