/** `isobar mb` and `isobar rb`. */
import type { CommandContext } from '../command-context.ts';
import { cloudOf, containerOf } from '../places.ts';

/** Makes buckets. */
export async function mb(
  context: CommandContext,
  args: readonly string[],
  { location }: { readonly location?: string },
): Promise<number> {
  for (const text of args) {
    const { driver, name } = await containerOf(context, cloudOf(text, 'mb'));
    await driver.createContainer(name, { ...(location !== undefined && { location }), signal: context.signal });
    done(context, 'made', text);
  }
  return 0;
}

/** Removes empty buckets. */
export async function rb(context: CommandContext, args: readonly string[]): Promise<number> {
  for (const text of args) {
    const { driver, name } = await containerOf(context, cloudOf(text, 'rb'));
    await driver.deleteContainer(name, { signal: context.signal });
    done(context, 'removed', text);
  }
  return 0;
}

function done({ isQuiet, output }: CommandContext, outcome: string, url: string): void {
  if (output.isJson) output.result('', { url, outcome });
  else if (!isQuiet) output.say(`${outcome} ${url}`);
}
