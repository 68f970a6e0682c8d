/** `isobar stat`. */
import type { CommandContext } from '../command-context.ts';
import { written } from '../locations.ts';
import { cloudObject, containerOf, diskObject, placeOf } from '../places.ts';

/** Describes objects and containers. */
export async function stat(context: CommandContext, args: readonly string[]): Promise<number> {
  const { output, signal } = context;
  for (const text of args) {
    const place = placeOf(text);
    let found: object;
    if (place.kind === 'cloud' && place.name === '') {
      const { driver, name } = await containerOf(context, place);
      found = await driver.getContainer(name, { signal });
    } else {
      const { container, driver, name } = await (place.kind === 'cloud'
        ? cloudObject(context, place)
        : diskObject(context, place.path));
      found = await driver.getObject(container, name, { signal });
    }
    const fields = Object.entries({ url: written(place), ...found }).filter(([, value]) => value !== undefined);
    output.result(
      fields.map(([name, value]) => `${name.padEnd(14)} ${shown(value)}`).join('\n'),
      Object.fromEntries(fields),
    );
  }
  return 0;
}

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
