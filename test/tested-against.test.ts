/** `docs/tested-against.md` names only files, titles and versions that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/tested-against.md');
const rows = readFileSync(page, 'utf8')
  .split('\n')
  .filter((line) => /^\| .*\]\(\.\.\//.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

test('the page has rows', () => expect(rows.length).toBeGreaterThan(5));

describe.each(rows.map(([, what = '', version = '', where = '']) => ({ what, version, where })))(
  '$what',
  ({ what, version, where }) => {
    test('is checked where the page says', () => {
      const [, path = '', title = ''] = /\]\(([^)]+)\) "(.+)"$/.exec(where) ?? [];
      const file = join(dirname(page), path);
      expect(existsSync(file), path).toBe(true);
      expect(readFileSync(file, 'utf8')).toContain(`'${title}'`);
    });

    if (/^\d/.test(version)) {
      test('has the installed version', () => {
        const name = /`([^`]+)`/.exec(what)?.[1] ?? '';
        expect(devDependencies[name]).toBe(version);
      });
    }
  },
);
