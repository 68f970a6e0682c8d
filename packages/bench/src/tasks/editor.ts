/** What the editor shows of a method under the cursor, asked as editors ask: of TypeScript 7 and of TypeScript 5.9. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contenderOf } from '../contenders.ts';
import { askLanguageServer } from '../editors/language-server.ts';
import { askLanguageService } from '../editors/language-service.ts';
import type { Outcome } from '../report/model.ts';
import type { Task } from '../runner/cell.ts';
import { root } from './commands.ts';
import { installDesign } from './installation.ts';
import { openings } from './openings.ts';

/** A sentence of the doc comment of `readObject`, in the contract. */
const docComment = 'Downloads into memory';

/** Tells whether the editor shows a method's signature and doc comment, in TypeScript 7 and in 5.9. */
export const run: Task = async ({ contender, services }) => {
  const opening = openings[contender];
  if (!opening) throw new Error(`no opening of ${contender}`);
  const call = opening.call('readObject');
  const source = `${opening.source}\nexport const read = ${call}({ container: 'c', name: 'n' });\n`;
  const folder = mkdtempSync(join(installDesign(contenderOf(contender).design ?? '', services.folder), 'editor-'));
  const path = join(folder, 'program.ts');
  writeFileSync(path, source);
  const typeRoots = [join(root, 'node_modules/@types')];
  const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, types: ['node'], typeRoots };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  const lines = source.split('\n');
  const line = lines.findIndex((text) => text.startsWith('export const read'));
  const character = (lines[line] ?? '').indexOf('readObject') + 2;
  const places = [
    { line: 0, character: (lines[0] ?? '').indexOf('connect }') + 2 },
    { line, character },
  ];
  const file = { path, text: source };
  const asked = {
    'TypeScript 7': await askLanguageServer(file, places),
    'TypeScript 5.9': askLanguageService(file, places),
  };
  const outcomes: Record<string, Outcome> = {};
  for (const [editor, answers] of Object.entries(asked)) {
    if (!answers) {
      outcomes[`editor/${editor}`] = { kind: 'unsupported', why: 'not installed; npm run bench:rivals brings it' };
      continue;
    }
    const [control = '', shown = ''] = answers;
    // A function that is exported with a doc comment: were that not shown, nothing would follow from the rest.
    if (!control.includes('Makes a')) throw new Error(`wrong result: connect() is shown as ${control}`);
    const verdict = shown.includes(docComment) ? 'doc comment kept' : 'doc comment lost';
    outcomes[`editor/${editor}`] = { kind: 'text', text: `${verdict}: ${shown}` };
  }
  return { kind: 'outcomes', outcomes };
};
