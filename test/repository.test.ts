/**
 * What the repository tells others: manifests that name it, readme links that lead somewhere, workflows that run the
 * actions that were reviewed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { changelogEntry } from '../.changeset/changelog.ts';
import { writtenAddress } from '../scripts/repository.ts';
import { deadLinks } from './readme-links.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const address = writtenAddress();
const manifests = readdirSync(join(root, 'packages')).map((folder) => ({
  folder,
  ...JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')),
}));

describe.each(manifests.filter((manifest) => !manifest.private))('$name', ({ folder, ...manifest }) => {
  test('names the repository, its folder, its page and where bugs are reported', () => {
    expect(manifest).toMatchObject({
      repository: { type: 'git', url: `git+${address}.git`, directory: `packages/${folder}` },
      homepage: `${address}/tree/HEAD/packages/${folder}#readme`,
      bugs: { url: `${address}/issues` },
      license: 'Apache-2.0',
    });
    expect(manifest.keywords).not.toHaveLength(0);
  });

  test('ships its changelog', () => {
    expect(manifest.files).toContain('CHANGELOG.md');
  });
});

test('links of a readme that lead nowhere are found', () => {
  const readme = [
    '# Title',
    '[section](#title) [file](LICENSE) [folder](https://host/owner/name/tree/HEAD/packages/core)',
    '[their web](https://example.com/) [part](https://host/owner/name/blob/HEAD/README.md#isobar)',
    '[a](../core) [b](#none) [c](https://host/owner/name/tree/HEAD/packages/none)',
    '[d](https://host/owner/name/blob/HEAD/packages/core) [e](https://host/owner/name/blob/HEAD/README.md#none)',
  ].join('\n');
  const dead = deadLinks(readme, { files: ['LICENSE'], root, address: 'https://host/owner/name' });
  expect(dead).toEqual([
    '../core',
    '#none',
    'https://host/owner/name/tree/HEAD/packages/none',
    'https://host/owner/name/blob/HEAD/packages/core',
    'https://host/owner/name/blob/HEAD/README.md#none',
  ]);
});

test('an entry of a changelog links to its commit', () => {
  const changeset = { summary: 'Copy objects.\n\n- With metadata.', commit: '0123456789abcdef' };
  const link = `[\`0123456\`](${address}/commit/0123456789abcdef)`;
  expect(changelogEntry(changeset, address)).toBe(`- Copy objects. (${link})\n\n  - With metadata.`);
  expect(changelogEntry({ summary: 'Copy objects.' }, address)).toBe('- Copy objects.');
});

describe('workflows', () => {
  const folder = join(root, '.github/workflows');
  const workflows = readdirSync(folder);
  const uses = workflows.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action),
  );

  test('run actions of a fixed commit, with its version beside it', () => {
    expect(uses.length).toBeGreaterThan(workflows.length);
    expect(uses.filter((action) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('name one commit for each action', () => {
    const actions = uses.map((action) => action.split('@')[0]);
    expect(new Set(uses).size).toBe(new Set(actions).size);
  });

  test('run scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const texts = workflows.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    const called = [...texts.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    const listed = [...texts.matchAll(/^ +script: (\[.*\])$/gm)].flatMap(
      ([, list = '']) => JSON.parse(list) as string[],
    );
    expect(called.length).toBeGreaterThan(0);
    expect(listed).toContain('release:dry');
    expect([...called, ...listed].filter((name) => !(name in scripts))).toEqual([]);
    expect(existsSync(join(root, '.ci/run'))).toBe(true);
  });
});
