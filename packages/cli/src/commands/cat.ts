/** `isobar cat`. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { CommandContext } from '../command-context.ts';
import { cloudObject, placeOf } from '../places.ts';
import { usageError } from '../usage-error.ts';

/** Options of `cat`. */
interface CatOptions {
  /** Start and end, exclusive. */
  readonly range?: readonly [number, number | undefined];
}

/** Writes objects to the standard output, one after the other. */
export async function cat(context: CommandContext, args: readonly string[], { range }: CatOptions): Promise<number> {
  for (const text of args) {
    for await (const piece of await bytesOf(context, text, range)) {
      context.signal.throwIfAborted();
      if (!process.stdout.write(piece)) await once(process.stdout, 'drain', { signal: context.signal });
    }
  }
  return 0;
}

async function bytesOf(
  context: CommandContext,
  text: string,
  range: CatOptions['range'],
): Promise<AsyncIterable<Uint8Array>> {
  const place = placeOf(text);
  const { signal } = context;
  if (place.kind === 'disk') {
    const [start = 0, end] = range ?? [];
    if (end !== undefined && end <= start) throw usageError('the range is empty');
    return createReadStream(place.path, { start, ...(end !== undefined && { end: end - 1 }) });
  }
  const { container, driver, name } = await cloudObject(context, place);
  const object = { container, name };
  if (!range) return driver.downloadObjectAsStream(object, { signal });
  return driver.downloadObjectRangeAsStream(object, range[0], range[1], { signal });
}
