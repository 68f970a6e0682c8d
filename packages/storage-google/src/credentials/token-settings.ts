/** What all credentials that fetch tokens need. */
import type { RetryPolicy } from '@isobar/core/provider';

/** How to fetch tokens, and their scopes. */
export interface TokenSettings {
  readonly retry: RetryPolicy;
  readonly scopes: readonly string[];
}
