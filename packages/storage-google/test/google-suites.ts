/** Tests of Google Storage beyond the portable contract, in both kinds. */
import type { AnyStorage, Script, StorageKit, Suite } from '@isobar/conformance';
import { wrongArguments } from './arguments.ts';
import { callOptions } from './call-options.ts';
import { compositionScripts, compositions } from './compositions.ts';
import { conditionalWrites, placement } from './conditional-writes.ts';
import { formScripts, forms } from './forms.ts';
import { resumableUploads } from './resumable-uploads.ts';
import { settings, settingsScripts } from './settings.ts';
import { versions } from './versions.ts';
import { writeScripts } from './write-scripts.ts';

/** Suites for the conformance kit. */
export const googleSuites: readonly Suite<StorageKit>[] = [
  compositions,
  conditionalWrites,
  placement,
  forms,
  resumableUploads,
  settings,
  versions,
  callOptions,
  wrongArguments,
];

/** Scripts for the parity tests. */
export const googleScripts: readonly Script<AnyStorage>[] = [
  ...compositionScripts,
  ...formScripts,
  ...settingsScripts,
  ...writeScripts,
];
