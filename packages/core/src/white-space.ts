/**
 * White space in what a service has given out: a key that was read from a file with the line break at its end. The service
 * would only say that it is wrong.
 */

/** A text, as zod hands it to a check of it. */
export interface CheckedText {
  readonly value: string;
  readonly issues: { push(issue: { code: 'custom'; path: string[]; message: string; input: unknown }): unknown };
}

/** What is wrong with a key, secret or token that has white space in it, as the rest of a sentence; else `undefined`. */
export function whiteSpaceProblem(text: string): string | undefined {
  return /\s/.test(text) ? 'has white space in it (a trailing line break?): remove it' : undefined;
}

/** The check of an option that is a key, secret or token, to be given to zod's `.check()`. Its value is not repeated. */
export function checkNoWhiteSpace({ issues, value }: CheckedText): void {
  const message = whiteSpaceProblem(value);
  if (message) issues.push({ code: 'custom', path: [], message, input: undefined });
}
