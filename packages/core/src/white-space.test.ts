/** White space in keys, secrets and tokens. */
import { describe, expect, test } from 'vitest';
import { checkNoWhiteSpace, whiteSpaceProblem } from './white-space.ts';

describe('white space', () => {
  test.each(['a\n', 'a\r\n', '\na', ' a', 'a ', 'a b', 'a\tb', 'a\u00a0', '\ufeffa', 'a\u2028b'])(
    'is found in %j',
    (text) => {
      const issues: { message: string; input: unknown }[] = [];
      checkNoWhiteSpace({ value: text, issues });
      const message = 'has white space in it (a trailing line break?): remove it';
      expect(issues).toEqual([{ code: 'custom', path: [], message, input: undefined }]);
      expect(whiteSpaceProblem(text)).toBe(message);
    },
  );
  test.each(['', 'a', 'a+b/c==', '秘密'])('is not found in %j', (text) => {
    const issues: object[] = [];
    checkNoWhiteSpace({ value: text, issues });
    expect(issues).toEqual([]);
  });
});
