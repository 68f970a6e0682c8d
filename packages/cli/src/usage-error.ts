/** Mistakes in the command line. */
import { CloudError } from '@isobar/core';

/** An error about the command line, for the person who wrote it. */
export function usageError(message: string): CloudError {
  return new CloudError('invalid-argument', message);
}
