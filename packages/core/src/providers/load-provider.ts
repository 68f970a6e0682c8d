/**
 * Imports a provider's package as the user's program would.
 *
 * Isolated layouts (pnpm's `node_modules/.pnpm`, yarn's Plug'n'Play) hide the user's packages from core, so a plain
 * `import()` here would not find them. Only this file and `node-modules.ts` of core use Node at run time. This one resolves
 * a name and imports a module; it performs no other I/O.
 */
import { pathToFileURL } from 'node:url';

/**
 * Imports a package from the first location that can resolve it: `from`, the program's main file, the working folder, core.
 *
 * @returns The module, or `undefined` when none of them can resolve the package. Modules of the runtime are no packages.
 */
export async function importForUser(packageName: string, from?: string): Promise<object | undefined> {
  if (process.getBuiltinModule('node:module').isBuiltin(packageName)) return undefined;
  const entry = process.argv[1];
  const workingFolder = pathToFileURL(`${process.cwd()}/`).href;
  const locations = [from, entry && pathToFileURL(entry).href, workingFolder, import.meta.url];
  for (const location of locations) {
    const file = location && resolveFrom(location, packageName);
    if (file) return await import(pathToFileURL(file).href);
  }
  return undefined;
}

function resolveFrom(location: string, packageName: string): string | undefined {
  try {
    return process.getBuiltinModule('node:module').createRequire(location).resolve(packageName);
  } catch (failure) {
    if ((failure as { code?: unknown }).code === 'MODULE_NOT_FOUND') return undefined;
    throw failure;
  }
}
