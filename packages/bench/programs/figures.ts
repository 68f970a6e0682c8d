/** Writes what a program has measured into a page of the documentation. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../src/tasks/commands.ts';

/**
 * Replaces the figures of a page, which stand between two comments.
 *
 * @param page Its path from the root folder.
 * @param figures In Markdown.
 */
export function publishFigures(page: string, figures: string): void {
  const path = join(root, page);
  const [before, rest] = readFileSync(path, 'utf8').split('<!-- figures -->\n');
  const [, after] = (rest ?? '').split('<!-- end of figures -->');
  if (after === undefined) throw new Error(`${page} has no place for figures`);
  writeFileSync(path, `${before}<!-- figures -->\n\n${figures}\n\n<!-- end of figures -->${after}`);
}
