/** Pages that say what a test shows name only files, titles and versions that exist. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (path: string, from: string | URL = import.meta.url) => readFileSync(new URL(path, from), 'utf8');

describe.each(['designs.md', 'tested-against.md'])('docs/%s', (name) => {
  const page = new URL(`../docs/${name}`, import.meta.url);
  const references = [...readFileSync(page, 'utf8').matchAll(/\]\((\.\.\/[^)#]+)\)[ \n]"([^"]+)"/g)].map(
    ([, path = '', title = '']) => ({ path, title }),
  );

  test('names tests', () => expect(references.length).toBeGreaterThan(5));

  test.each(references)('"$title" is in $path', ({ path, title }) => {
    expect(read(path, page)).toContain(title);
  });
});

describe('docs/tested-against.md', () => {
  const { devDependencies } = JSON.parse(read('../package.json')) as { devDependencies: Record<string, string> };
  const versions = [...read('../docs/tested-against.md').matchAll(/^\| [^|`]*`([^`|]+)`[^|]*\| (\d[\d.]+) \|/gm)];

  test('names versions', () => expect(versions.length).toBeGreaterThan(2));

  test.each(versions.map(([, name = '', version = '']) => ({ name, version })))(
    '$name $version is the one that the tests use',
    ({ name, version }) => expect(devDependencies[name]).toBe(version),
  );
});
