/** The options of the memory provider, and their validation. */
import { type OptionsSchema, schemaFor, type WithDefaults } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';

/** Options of `connect`. */
export interface MemoryStorageOptions {
  /**
   * All drivers of this name in this thread share one store, which lives as long as the thread. Default: a store of this
   * driver alone.
   */
  readonly name?: string;
}

/** The validated options. */
export type CheckedMemoryStorageOptions = WithDefaults<MemoryStorageOptions, never>;

/** Validates the options of `connect`. */
export const optionsSchema: OptionsSchema<CheckedMemoryStorageOptions> = schemaFor<MemoryStorageOptions>()(() =>
  z.strictObject({ name: z.optional(z.string().check(z.minLength(1, 'must not be empty'))) }),
);
