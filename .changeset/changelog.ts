/**
 * How `changeset version` writes a changelog: the text of each changeset with a link to its commit. Lines about
 * dependencies are left out, since all packages move together.
 */
import { currentAddress } from '../scripts/repository.ts';

interface Changeset {
  readonly summary: string;
  readonly commit?: string | undefined;
}

/** One changeset as an item of a list. */
export function changelogEntry({ summary, commit }: Changeset, address: string): string {
  const [first = '', ...rest] = summary.trim().split('\n');
  const link = commit ? ` ([\`${commit.slice(0, 7)}\`](${address}/commit/${commit}))` : '';
  return [`- ${first}${link}`, ...rest.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}

/** Called by changesets for each changeset of a package. */
export function getReleaseLine(changeset: Changeset): string {
  return changelogEntry(changeset, currentAddress());
}

/** Called by changesets for the dependencies of a package that got a new version. */
export function getDependencyReleaseLine(): string {
  return '';
}
