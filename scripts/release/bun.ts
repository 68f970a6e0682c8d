/** Bun as a package manager, from the folder of tools. */
import { join } from 'node:path';
import { execute, type Layout, writeManifest } from '../../test/layouts.ts';

export function bunLayout(tools: string): Layout {
  return {
    name: 'bun',
    plainFiles: true,
    install(folder, wanted, source) {
      writeManifest(folder, wanted, source, {});
      execute(join(tools, 'node_modules', '.bin', 'bun'), ['install'], folder);
    },
    run: (folder, module, environment) => execute(process.execPath, [module], folder, environment),
  };
}
