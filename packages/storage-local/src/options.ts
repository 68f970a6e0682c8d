/** The options of the local provider, and their validation. */
import { type OptionsSchema, schemaFor, type WithDefaults } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';

/** Options of `connect`. */
export interface LocalFilesOptions {
  /** The folder whose folders are the containers. It must exist when the first call is made. */
  readonly folder: string;
  /**
   * Whether a write ends only when the object is on the disk, so that it survives a crash of the system. Default true. Without
   * it an object still survives the end of the process, and is never half-written.
   */
  readonly fsync?: boolean;
}

/** The validated options. */
export type CheckedLocalFilesOptions = WithDefaults<LocalFilesOptions, 'fsync'>;

/** Validates the options of `connect`. */
export const optionsSchema: OptionsSchema<CheckedLocalFilesOptions> = schemaFor<LocalFilesOptions>()(() =>
  z.strictObject({
    folder: z.string().check(z.minLength(1, 'must be the path of a folder')),
    fsync: z._default(z.boolean(), true),
  }),
);
