/** The options of the memory provider, and their validation. */
import type { OptionsSchema } from '@isobar/core/provider';
import * as z from 'zod/mini';

/** Options of `connect`. */
export interface MemoryStorageOptions {
  /**
   * All drivers of this name in this thread share one store, which lives as long as the thread. Default: a store of this
   * driver alone.
   */
  readonly name?: string;
}

/** Validates the options of `connect`. */
export const optionsSchema: OptionsSchema<MemoryStorageOptions> = z.strictObject({
  name: z.exactOptional(z.string().check(z.minLength(1, 'must not be empty'))),
});
