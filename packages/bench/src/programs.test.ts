import { expect, test } from 'vitest';
import { changes, pythonTokens, typescriptTokens } from './programs.ts';

test.for([
  ['const a = 1;', 5],
  ['/* a */ f(x) // b', 4],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  ['`${a} and ${b}`', 5],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  ['`${{ a: 1 }.a}`; { }', 12],
])('TypeScript: %s', ([source, tokens]) => {
  expect(typescriptTokens(source as string)).toHaveLength(tokens as number);
});

test('Python: comments and layout are no tokens', () => {
  expect(pythonTokens('total = f("a b", 1)  # sum\n')).toHaveLength(8);
});

test('changes count what is removed or added, whichever is more', () => {
  expect(changes('f(a);\ng(b);\n', 'await f(a);\ng(b);\n')).toEqual({ lines: 1, tokens: 1 });
  expect(changes('f(a);\n', 'f(a); // call\n\n')).toEqual({ lines: 1, tokens: 0 });
});
