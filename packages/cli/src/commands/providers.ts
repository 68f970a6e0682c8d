/** `isobar providers`. */
import { getProvider, isCloudError, Provider } from '@isobar/core';
import type { CommandContext } from '../command-context.ts';
import { schemes } from '../locations.ts';

/** Lists the providers that Isobar ships. */
export async function providers({ output }: CommandContext): Promise<number> {
  const schemeOf = Object.fromEntries(Object.entries(schemes).map(([scheme, id]) => [id, `${scheme}://`]));
  for (const id of Object.values(Provider).toSorted()) {
    const scheme = schemeOf[id] ?? (id === 'local' ? 'file:' : '');
    try {
      const { capabilities, name } = await getProvider(id, { from: import.meta.url });
      output.result(`${id.padEnd(16)} ${scheme.padEnd(6)} installed  ${name}`, {
        id,
        scheme,
        isInstalled: true,
        name,
        capabilities,
      });
    } catch (failure) {
      if (!isCloudError(failure, 'not-installed')) throw failure;
      const install = /npm install \S+/.exec(failure.message)?.[0];
      output.result(`${id.padEnd(16)} ${scheme.padEnd(6)} ${install}`, { id, scheme, isInstalled: false, install });
    }
  }
  return 0;
}
