/** What `npm run test:bundlers` reads; it runs the recipes, with tools that are installed for it. */
import { expect, test } from 'vitest';
import { readPage } from './recipes.ts';

const page = readPage(new URL('../../docs/bundlers.md', import.meta.url));

test('the table lists every recipe, in the order of the page', () => {
  expect(page.listed).toEqual(page.recipes.map(({ name }) => name));
});

test('every recipe bundles the program of the page, and is run', () => {
  expect([...page.shared.keys()]).toEqual(['storage.js', 'program.js']);
  for (const { name, files, build, run } of page.recipes) {
    expect([name, [...files.values(), build, run].join('\n')]).toEqual([
      name,
      expect.stringMatching(/program|storage/),
    ]);
    expect(run).not.toBe('');
  }
});
