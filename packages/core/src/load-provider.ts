/**
 * Imports a provider's package as the user's program would.
 *
 * With `node-crypto.ts`, which asks Node for its crypto, this is all of core that looks outside: isolated layouts (pnpm's `node_modules/.pnpm`, yarn's Plug'n'Play)
 * hide the user's packages from core, so a plain `import()` here would not find them. It resolves a name and imports a
 * module; it performs no other I/O.
 */
import { pathToFileURL } from 'node:url';

/**
 * Imports a package from the first place that can see it: `from`, the program's main file, the working folder, core.
 *
 * @returns The module, or `undefined` when the package is not installed for any of them.
 */
export async function importForUser(packageName: string, from?: string): Promise<object | undefined> {
  const entry = process.argv[1];
  const workingFolder = pathToFileURL(`${process.cwd()}/`).href;
  const places = [from, entry && pathToFileURL(entry).href, workingFolder, import.meta.url];
  for (const place of places) {
    const file = place && resolveFrom(place, packageName);
    if (file) return await import(pathToFileURL(file).href);
  }
  return undefined;
}

function resolveFrom(place: string, packageName: string): string | undefined {
  try {
    return process.getBuiltinModule('node:module').createRequire(place).resolve(packageName);
  } catch (failure) {
    if ((failure as { code?: unknown }).code === 'MODULE_NOT_FOUND') return undefined;
    throw failure;
  }
}
