/** What types cost: the compiler's time for the compared program, from nothing, and the size of what it reads for it. */
import { cpSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UnsupportedError } from '../clients/client.ts';
import { contenderOf } from '../contenders.ts';
import { programPath } from '../programs.ts';
import type { Task } from '../runner/cell.ts';
import { compilerPath, mustRun, root } from './commands.ts';
import { installDesign } from './installation.ts';

/** Times the compiler on the compared program, in milliseconds, and adds up the declarations that it reads, in bytes. */
export const run: Task = ({ contender, services }) => {
  const program = programPath(contender);
  if (program === undefined) throw new UnsupportedError('there is no program of it');
  const { design } = contenderOf(contender);
  // A design's program reads what is published; rivals have theirs beside their packages.
  const parent = design ? installDesign(design, services.folder) : services.folder;
  const folder = mkdtempSync(join(parent, 'types-'));
  const file = design ? join(folder, basename(program)) : program;
  if (file !== program) cpSync(program, file);
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable', 'dom'],
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  const compile = [compilerPath(), '-p', folder];
  // Once for the files to be in the system's cache.
  const { output } = mustRun(process.execPath, [...compile, '--listFiles'], folder);
  const check = Array.from({ length: 3 }, () => mustRun(process.execPath, compile, folder).milliseconds);
  const files = output.split('\n').filter((file) => file.endsWith('.d.ts') || file.endsWith('.d.mts'));
  const read = files.filter(
    (file) =>
      !/node_modules\/(?:\.pnpm\/[^/]*\/node_modules\/)?(?:@types\/node|undici-types|typescript|@typescript)\//.test(
        file,
      ),
  );
  const declarations = read.reduce((total, file) => total + statSync(file).size, 0);
  return {
    kind: 'samples',
    samples: { check, declarations: [declarations] },
    note: `${read.length} declaration files`,
  };
};
