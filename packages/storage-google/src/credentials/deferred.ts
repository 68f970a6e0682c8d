/** Credentials that must be found first: in a file, or wherever the environment says. */
import { type Operation, share } from '@isobar/core/provider';
import type { Credentials } from './credentials.ts';

/** Credentials that are found before they are first used, once. After a failure they are looked for again. */
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
