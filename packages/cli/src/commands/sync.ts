/** `isobar sync`. */
import { syncTree } from '@isobar/transfer';
import type { CommandContext } from '../command-context.ts';
import { destinationTree, placeOf, refuseNested, sourceTree } from '../places.ts';
import { type TreeOptions, treeOptions } from '../tree-options.ts';
import { showTransfer } from '../tree-output.ts';

/** Options of `sync`. */
interface SyncOptions extends TreeOptions {
  readonly delete?: boolean;
  readonly maxDelete?: number;
}

/** Makes the destination like the source. */
export async function sync(context: CommandContext, args: readonly string[], options: SyncOptions): Promise<number> {
  const [source, destination] = args.map(placeOf) as [ReturnType<typeof placeOf>, ReturnType<typeof placeOf>];
  refuseNested(source, destination);
  const from = await sourceTree(context, source);
  const to = await destinationTree(context, destination, options);
  const { delete: removes, maxDelete } = options;
  return await showTransfer(context, (callbacks) =>
    syncTree(from, to, {
      ...treeOptions(options, destination),
      ...(removes && { delete: true }),
      ...(maxDelete !== undefined && { maxDeletions: maxDelete }),
      ...callbacks,
    }),
  );
}
