/**
 * Finds white space in keys, secrets and tokens, such as the line break at the end of the file that one was read from. The
 * service would only answer that the credentials are wrong.
 */

/** A string, as zod passes it to a check. */
export interface CheckedText {
  readonly value: string;
  readonly issues: { push(issue: { code: 'custom'; path: string[]; message: string; input: unknown }): unknown };
}

/** The problem with a key, secret or token that contains white space, as the rest of a sentence; else `undefined`. */
export function whiteSpaceProblem(text: string): string | undefined {
  return /\s/.test(text) ? 'has white space in it (a trailing line break?): remove it' : undefined;
}

/** Checks an option that is a key, secret or token; pass it to zod's `.check()`. The issue does not repeat the value. */
export function checkNoWhiteSpace({ issues, value }: CheckedText): void {
  const message = whiteSpaceProblem(value);
  if (message) issues.push({ code: 'custom', path: [], message, input: undefined });
}
