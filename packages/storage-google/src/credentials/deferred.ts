/** Credentials that must be loaded first, from a file or the environment. */
import { loadOnce, type Operation } from '@isobar/core/provider';
import type { Credentials } from './credentials.ts';

/** Loads credentials once, before their first use. After a failure the next call tries again. */
export function deferred(find: () => Operation<Credentials>): Credentials {
  const { load, loaded } = loadOnce(find);
  return {
    *authorize(request, nowMs) {
      return yield* (yield* load()).authorize(request, nowMs);
    },
    renew: (refused) => loaded()?.renew?.(refused) ?? false,
    *signer() {
      return yield* (yield* load()).signer();
    },
    *project() {
      const { project } = yield* load();
      return project && (yield* project());
    },
  };
}
