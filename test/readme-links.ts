/**
 * Finds links of a package's readme that lead nowhere once the registry shows it: the page is far from the repository, so
 * only its own sections, files of the tarball and full addresses work. Addresses into this repository are looked up in the
 * workspace, with their sections; the rest of the web is not asked.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What links may lead to. */
export interface LinkTargets {
  /** Files of the tarball, relative to the package. */
  readonly files: readonly string[];
  /** The repository's address, and the folder that it is checked out in. */
  readonly address: string;
  readonly root: string;
}

/** Links that lead nowhere, as they are written. */
export function deadLinks(readme: string, targets: LinkTargets): string[] {
  const prose = readme.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !leadsSomewhere(link, readme, targets));
}

function leadsSomewhere(link: string, readme: string, { files, address, root }: LinkTargets): boolean {
  const [target = '', section] = link.split('#');
  if (target === '') return hasSection(readme, section);
  if (!/^[a-z]+:/.test(target)) return files.includes(target.replace(/^\.\//, ''));
  if (target !== address && !target.startsWith(`${address}/`)) return true;
  const [, kind, path = ''] = /^\/(tree|blob)\/HEAD\/(.+)$/.exec(target.slice(address.length)) ?? [];
  const file = join(root, path);
  if (kind === undefined || !existsSync(file) || statSync(file).isDirectory() !== (kind === 'tree')) return false;
  const page = kind === 'tree' ? join(file, 'README.md') : file;
  return section === undefined || hasSection(readFileSync(page, 'utf8'), section);
}

function hasSection(markdown: string, section: string | undefined): boolean {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.some((heading) => anchorOf(heading) === section);
}

/** The name that a heading can be linked by. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
