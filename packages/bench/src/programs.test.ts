import { expect, test } from 'vitest';
import { pythonTokens, typescriptTokens } from './programs.ts';

test.for([
  ['const a = 1;', 5],
  ['/* a */ f(x) // b', 4],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  ['`${a} and ${b}`', 5],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  ['`${{ a: 1 }.a}`; { }', 12],
])('TypeScript: %s', ([source, tokens]) => {
  expect(typescriptTokens(source as string)).toBe(tokens);
});

test('Python: comments and layout are no tokens', () => {
  expect(pythonTokens('total = f("a b", 1)  # sum\n')).toBe(8);
});
