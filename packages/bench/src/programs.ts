/** The compared program, for each contender: it lists a container and reads all of it. Its size, and how two versions differ. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { diffArrays } from 'diff';
import jsTokens from 'js-tokens';
import { contenders, rivalsFolder } from './contenders.ts';
import type { Program } from './report/model.ts';

const ownFolder = fileURLToPath(new URL('../programs/', import.meta.url));

/** The program of a contender, when there is one. Isobar's is that of the flag. */
export function programOf(contender: string): (Program & { readonly path: string }) | undefined {
  const path = [
    `${ownFolder}sum-${contender.replace('isobar', 'flag')}.ts`,
    `${rivalsFolder}programs/sum-${contender}.ts`,
    `${rivalsFolder}programs/sum-${contender}.py`,
  ].find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : { contender, ...readProgram(path) };
}

/** The programs of all contenders. */
export function programs(): Program[] {
  return contenders.flatMap(({ id }) => {
    const found = programOf(id);
    if (!found) return [];
    const { path: _, ...program } = found;
    return [program];
  });
}

/** The path of a program of a design, such as `sum-flag-async`. */
export function ownProgram(name: string): string {
  return `${ownFolder}${name}.ts`;
}

/** Reads a program and counts it. */
export function readProgram(path: string): Omit<Program, 'contender'> & { readonly path: string } {
  const source = readFileSync(path, 'utf8');
  const language = path.endsWith('.py') ? 'python' : 'ts';
  const tokens = (language === 'python' ? pythonTokens(source) : typescriptTokens(source)).length;
  return { path, language, source, lines: linesOf(source).length, tokens };
}

/** How many lines and tokens of a program of TypeScript are removed or added to make it another one; the larger number of the two. */
export function changes(before: string, after: string): { lines: number; tokens: number } {
  const count = (left: readonly string[], right: readonly string[]): number => {
    const parts = diffArrays([...left], [...right]);
    const total = (isAdded: boolean): number =>
      parts.filter((part) => (isAdded ? part.added : part.removed)).reduce((sum, part) => sum + part.value.length, 0);
    return Math.max(total(true), total(false));
  };
  return {
    lines: count(linesOf(before), linesOf(after)),
    tokens: count(typescriptTokens(before), typescriptTokens(after)),
  };
}

/** Lines that are neither blank nor comments. */
function linesOf(source: string): string[] {
  return source.split('\n').filter((line) => /\S/.test(line) && !/^\s*(?:\/\/|#)/.test(line));
}

/** Tokens of TypeScript, without comments. */
export function typescriptTokens(source: string): string[] {
  return [...jsTokens(source)]
    .filter(({ type }) => !/Comment|WhiteSpace|LineTerminator/.test(type))
    .map(({ value }) => value);
}

/** Tokens of Python, without comments and layout: names, numbers, strings, operators. Enough for a short program. */
export function pythonTokens(source: string): string[] {
  const code = source.replace(/#.*$/gm, '');
  return code.match(/[a-z]?"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\w+|[-+*/%=!<>]=?|[^\s\w]/gi) ?? [];
}
