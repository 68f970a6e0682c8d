/** A clone of the workspace that releases into the registry by the scripts that the release workflow runs. */
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '../../test/layouts.ts';

/** The repository that the dry run pretends to run in: another one than the written, as a fork would be. */
export const forkAddress = 'https://github.com/somebody/their-isobar';

/** A clone. */
export interface Workspace {
  /** Names of the public packages. */
  readonly names: readonly string[];
  /** Makes the next version of what has changesets, builds, and publishes to a registry. */
  release(registry: string): void;
  /** Adds a changeset for one package, as a change of it would. */
  addChangeset(name: string, summary: string): void;
}

/** Clones `root` with its uncommitted changes, and installs what it needs. */
export function cloneWorkspace(root: string, folder: string, developer: Readonly<Record<string, string>>): Workspace {
  const git = (...args: string[]) => execute('git', args, folder);
  const run = (script: string) =>
    execute('npm', ['run', '--silent', script], folder, {
      ...developer,
      CI: 'true',
      GITHUB_SERVER_URL: new URL(forkAddress).origin,
      GITHUB_REPOSITORY: new URL(forkAddress).pathname.slice(1),
    });
  const commit = (message: string) => {
    git('add', '--all');
    git('-c', 'user.name=dry run', '-c', 'user.email=dry-run@localhost', 'commit', '--quiet', '--message', message);
  };

  const state = execute('git', ['stash', 'create'], root).trim();
  execute('git', ['clone', '--quiet', '--shared', '--no-checkout', root, folder], root);
  git('checkout', '--quiet', '-B', 'main', ...(state ? [state] : []));
  appendFileSync(join(folder, '.git', 'info', 'exclude'), '.npmrc\n');
  run('setup');

  const manifestIn = (name: string) => JSON.parse(readFileSync(join(folder, 'packages', name, 'package.json'), 'utf8'));
  const packages = readdirSync(join(folder, 'packages')).filter((name) => !manifestIn(name).private);
  return {
    names: packages.map((name) => manifestIn(name).name),
    release(registry) {
      // Anybody may publish there, but clients want to send a token.
      const settings = [`registry=${registry}`, `${registry.replace('http:', '')}:_authToken=dry-run`];
      writeFileSync(join(folder, '.npmrc'), `${settings.join('\n')}\n`);
      run('version-packages');
      commit('release: next version');
      run('release');
      git('checkout', '--quiet', '--', '.');
    },
    addChangeset(name, summary) {
      writeFileSync(join(folder, '.changeset', 'dry-run.md'), `---\n'${name}': patch\n---\n\n${summary}\n`);
      commit(`dry run: ${summary}`);
    },
  };
}
