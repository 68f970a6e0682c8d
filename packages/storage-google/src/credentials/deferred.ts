/** Credentials that must be loaded first, from a file or the environment. */
import { type Operation, share } from '@isobar/core/provider';
import type { Credentials } from './credentials.ts';

/** Loads credentials once, before their first use. After a failure the next call tries again. */
export function deferred(find: () => Operation<Credentials>): Credentials {
  const owner = {};
  let found: Credentials | undefined;
  function* keep(): Operation<Credentials> {
    found ??= yield* find();
    return found;
  }
  function* chosen(): Operation<Credentials> {
    return found ?? (yield* share(owner, keep()));
  }
  return {
    *authorize(request, nowMs) {
      return yield* (yield* chosen()).authorize(request, nowMs);
    },
    renew: (refused) => found?.renew?.(refused) ?? false,
    *signer() {
      return yield* (yield* chosen()).signer();
    },
    *project() {
      const { project } = yield* chosen();
      return project && (yield* project());
    },
  };
}
