/** What is wrong with the options of a call. A name that nobody knows is refused with the one that was probably meant. */
import { CloudError, describe, invalidArgument } from '@isobar/core/provider';
import type { AnyCallOptions } from './runner.ts';

/** Letters that two names must have in common at their beginning for one to be taken for the other. */
const shortestBeginning = 4;

/**
 * What is wrong with the options of a call, if anything. An option without a value counts as left out.
 *
 * @param options What was given where the method's options are.
 * @param names The names that the method knows.
 * @param isAsync Whether the call takes a `signal` too.
 */
export function wrongOptions(
  options: unknown,
  names: Readonly<Record<string, true>>,
  isAsync: boolean,
): CloudError | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== 'object' || options === null) {
    return invalidArgument('options', `must be an object, not ${describe(options)}`);
  }
  for (const name in options) {
    if (names[name] === true || name === 'signal') continue;
    if ((options as Record<string, unknown>)[name] !== undefined) return unknownOption(name, names, isAsync);
  }
  return wrongLimits(options, isAsync);
}

/** What is wrong with the options that end a call. The compiler sees most of it too, but not in plain JavaScript. */
function wrongLimits({ signal, timeoutMs }: AnyCallOptions, isAsync: boolean): CloudError | undefined {
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0)) {
    const rule = 'must be a number of milliseconds from 0 (no limit)';
    return invalidArgument('timeoutMs', `${rule}, not ${describe(timeoutMs)}`);
  }
  if (signal === undefined) return undefined;
  if (!isAsync) return invalidArgument('signal', 'cannot be seen to fire by a thread that is blocked; use timeoutMs');
  return signal instanceof AbortSignal
    ? undefined
    : invalidArgument('signal', `must be an AbortSignal, not ${describe(signal)}`);
}

function unknownOption(field: string, names: Readonly<Record<string, true>>, isAsync: boolean): CloudError {
  const known = [...Object.keys(names), ...(isAsync ? ['signal'] : [])];
  const message = `unknown option \`${field}\`${suggestion(field, known)}. Known options: ${known.join(', ')}`;
  return new CloudError('invalid-argument', message, { field });
}

/** The known name that a wrong one is close to, for the end of a sentence; else nothing. */
export function suggestion(wrong: string, known: readonly string[]): string {
  const near = known.find((name) => isNear(name.toLowerCase(), wrong.toLowerCase()));
  return near ? ` (did you mean \`${near}\`?)` : '';
}

/** Whether one begins with the other, or is one slip of the keyboard away from it. */
function isNear(name: string, wrong: string): boolean {
  const isLong = Math.min(name.length, wrong.length) >= shortestBeginning;
  return isOneEditApart(name, wrong) || (isLong && (name.startsWith(wrong) || wrong.startsWith(name)));
}

/** Whether one letter changed, added, dropped, or two swapped turns one word into the other. */
function isOneEditApart(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1);
  const isSwap = short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
  return isSwap || short.slice(at + 1) === long.slice(at + 1);
}
