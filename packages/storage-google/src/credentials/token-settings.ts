/** What every kind of credentials needs that asks for tokens. */
import type { RetryPolicy } from '@isobar/core/provider';

/** How tokens are asked for, and for what. */
export interface TokenSettings {
  readonly retry: RetryPolicy;
  readonly scopes: readonly string[];
}
