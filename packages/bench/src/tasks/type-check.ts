/** What types cost: the compiler's time for the compared program, and the size of the declarations that it reads. */
import { cpSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UnsupportedError } from '../clients/client.ts';
import { contenderOf } from '../contenders.ts';
import { programOf } from '../programs.ts';
import type { Task } from '../runner/cell.ts';
import { compilerPath, mustRun } from './commands.ts';
import { compilerOptions, installDesign } from './installation.ts';

/** Node's own declarations, which every program reads. */
const ofNode = /node_modules\/(?:\.pnpm\/[^/]*\/node_modules\/)?(?:@types\/node|undici-types|typescript|@typescript)\//;

/** Times the compiler on the compared program, in milliseconds, and adds up the declarations that it reads, in bytes. */
export const run: Task = ({ contender, services }) => {
  const path = programOf(contender)?.path;
  if (path === undefined) throw new UnsupportedError('there is no program of it');
  const isRival = contenderOf(contender).role === 'rival';
  // Isobar's program reads the published declarations; the rivals' programs are beside their packages.
  const folder = mkdtempSync(join(isRival ? services.folder : installDesign('flag', services.folder), 'types-'));
  const file = isRival ? path : join(folder, basename(path));
  if (!isRival) cpSync(path, file);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  const compile = [compilerPath(), '-p', folder];
  // The first compilation brings the files into the system's cache.
  const { output } = mustRun(process.execPath, [...compile, '--listFiles'], folder);
  const check = Array.from({ length: 3 }, () => mustRun(process.execPath, compile, folder).milliseconds);
  const read = output.split('\n').filter((name) => /\.d\.m?ts$/.test(name) && !ofNode.test(name));
  const declarations = read.reduce((total, name) => total + statSync(name).size, 0);
  const note = `${read.length} declaration files`;
  return { kind: 'samples', samples: { check, declarations: [declarations] }, note };
};
