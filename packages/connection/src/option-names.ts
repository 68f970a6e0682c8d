/** Checks the options of a call. The error for an unknown name suggests the name that was probably meant. */
import { type Check, CloudError, describe, invalidArgument } from '@isobar/core/provider';
import type { AnyCallOptions } from './calls/call.ts';

/** Minimum length of a common prefix for one name to be suggested for the other. */
const minPrefixLength = 4;

/**
 * Checks the options of a call. An option with the value `undefined` counts as absent.
 *
 * @param options The argument in the position of the options.
 * @param checks The method's options.
 * @param isAsync Whether the call also takes a `signal`.
 * @throws {CloudError} `invalid-argument`.
 */
export function checkCallOptions(
  options: unknown,
  checks: Readonly<Record<string, Check>>,
  isAsync: boolean,
): asserts options is AnyCallOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument('options', `must be an object, not ${describe(options)}`);
  }
  for (const name in options) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (Object.hasOwn(checks, name)) (checks[name] as Check)(name, value);
    else if (name === 'signal') checkSignal(value, isAsync);
    else throw unknownOption(name, checks, isAsync);
  }
}

function checkSignal(signal: unknown, isAsync: boolean): void {
  if (!isAsync)
    throw invalidArgument('signal', 'has no effect on a blocked thread, which cannot see it fire; use timeoutMs');
  if (signal instanceof AbortSignal) return;
  throw invalidArgument('signal', `must be an AbortSignal, not ${describe(signal)}`);
}

function unknownOption(field: string, checks: Readonly<Record<string, Check>>, isAsync: boolean): CloudError {
  const known = [...Object.keys(checks), ...(isAsync ? ['signal'] : [])];
  const message = `unknown option \`${field}\`${suggestion(field, known)}. Known options: ${known.join(', ')}`;
  return new CloudError('invalid-argument', message, { field });
}

/** Suggests a known name that is similar to a wrong one, as the end of a message; empty if there is none. */
export function suggestion(wrong: string, known: readonly string[]): string {
  const near = known.find((name) => isNear(name.toLowerCase(), wrong.toLowerCase()));
  return near ? ` (did you mean \`${near}\`?)` : '';
}

/** Whether one name is a prefix of the other, or differs by one edit. */
function isNear(name: string, wrong: string): boolean {
  const isLong = Math.min(name.length, wrong.length) >= minPrefixLength;
  return isOneEditApart(name, wrong) || (isLong && (name.startsWith(wrong) || wrong.startsWith(name)));
}

/** Whether two words differ by one changed, added or removed letter, or by two swapped letters. */
function isOneEditApart(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1);
  const isSwap = short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
  return isSwap || short.slice(at + 1) === long.slice(at + 1);
}
