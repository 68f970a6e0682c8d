/** The program that is compared: the same in each design, and with each rival. It lists a container and reads all of it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SyntaxKind } from 'typescript/unstable/ast';
import { createScanner } from 'typescript/unstable/ast/scanner';
import { contenders, rivalsFolder } from './contenders.ts';
import type { Program } from './report/model.ts';

const ownFolder = fileURLToPath(new URL('../programs/', import.meta.url));

/** The file of a contender's program, when there is one. */
export function programPath(contender: string): string | undefined {
  const candidates = [
    `${ownFolder}sum-${contender}.ts`,
    `${rivalsFolder}programs/sum-${contender}.ts`,
    `${rivalsFolder}programs/sum-${contender}.py`,
  ];
  return candidates.find((path) => existsSync(path));
}

/** All programs, with their sizes. */
export function programs(): Program[] {
  return contenders.flatMap(({ id }) => {
    const path = programPath(id);
    if (path === undefined) return [];
    const source = readFileSync(path, 'utf8');
    const isPython = path.endsWith('.py');
    return [
      {
        id: 'sum',
        contender: id,
        title: 'The size of all objects of a container',
        language: isPython ? 'python' : 'ts',
        source,
        lines: source.split('\n').filter((line) => /\S/.test(line) && !/^\s*(?:\/\/|#)/.test(line)).length,
        tokens: isPython ? pythonTokens(source) : typescriptTokens(source),
      },
    ];
  });
}

/** Tokens of TypeScript, comments left out. */
export function typescriptTokens(source: string): number {
  const scanner = createScanner(true, undefined, source);
  let tokens = 0;
  const open: SyntaxKind[] = [];
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    tokens += 1;
    let found: SyntaxKind = kind;
    // A brace that closes a substitution goes on as a template.
    if (kind === SyntaxKind.CloseBraceToken && open.pop() === SyntaxKind.TemplateHead) {
      found = scanner.reScanTemplateToken(false);
      if (found === SyntaxKind.TemplateMiddle) open.push(SyntaxKind.TemplateHead);
    }
    if (found === SyntaxKind.OpenBraceToken || found === SyntaxKind.TemplateHead) open.push(found);
  }
  return tokens;
}

/** Tokens of Python, comments and layout left out: names, numbers, strings, operators. Enough for a short program. */
export function pythonTokens(source: string): number {
  const code = source.replace(/#.*$/gm, '');
  return (code.match(/[a-z]?"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\w+|[-+*/%=!<>]=?|[^\s\w]/gi) ?? []).length;
}
