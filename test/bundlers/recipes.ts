/** The recipes of `docs/bundlers.md`, read from the page itself: its code blocks are what is run. */
import { readFileSync } from 'node:fs';

/** How a program is built by a tool. */
export interface Recipe {
  /** The title of its section. */
  readonly name: string;
  /** Files to write, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Shell commands that build. */
  readonly build: string;
  /** Shell commands that run what was built, in the folder where it was built or in a copy of a part of it. */
  readonly run: string;
  /** What is copied into an empty folder to be run there: a folder, or an archive to unpack. */
  readonly deployed: string | undefined;
}

/** A page with recipes. */
export interface Page {
  /** The files that all recipes share. */
  readonly shared: ReadonlyMap<string, string>;
  readonly recipes: readonly Recipe[];
  /** The tools that its table lists. */
  readonly listed: readonly string[];
}

interface Block {
  readonly title: string;
  readonly text: string;
}

/** Reads a page. A section with commands to run is a recipe; files of other sections are shared. */
export function readPage(file: URL): Page {
  const text = readFileSync(file, 'utf8');
  const sections = text.split(/^## /m).map((section) => {
    const name = section.slice(0, section.indexOf('\n'));
    return { name, blocks: blocksOf(section) };
  });
  const isRecipe = ({ blocks }: { blocks: readonly Block[] }) => blocks.some(({ title }) => title.startsWith('run'));
  return {
    shared: filesOf(sections.filter((section) => !isRecipe(section)).flatMap(({ blocks }) => blocks)),
    recipes: sections.filter(isRecipe).map(({ name, blocks }) => {
      const run = blocks.find(({ title }) => title.startsWith('run'));
      return {
        name,
        files: filesOf(blocks),
        build: blocks.find(({ title }) => title === 'build')?.text ?? '',
        run: run?.text ?? '',
        deployed: run?.title.match(/^run in a copy of (.+)$/)?.[1],
      };
    }),
    listed: [...text.matchAll(/^\| \[(.+?)\]/gm)].flatMap(([, name]) => name ?? []),
  };
}

/** Code blocks with a title, which follows the language in brackets. */
function blocksOf(section: string): Block[] {
  const blocks = section.matchAll(/^```\w+ \[([^\]\n]+)\]\n(.*?)^```$/gms);
  return [...blocks].map(([, title = '', text = '']) => ({ title, text }));
}

function filesOf(blocks: readonly Block[]): Map<string, string> {
  const files = blocks.filter(({ title }) => title.includes('.') && !title.startsWith('run'));
  return new Map(files.map(({ title, text }) => [title, text]));
}
