/** Calls that must fail, and checks of their errors. */
import { inspect } from 'node:util';
import { type CloudError, type CloudErrorCode, type CloudErrorDetails, isCloudError } from '@isobar/core';
import { expect } from 'vitest';

/** The {@link CloudError} that a call of either kind fails with. Anything else fails the test. */
export async function failureOf(call: () => unknown): Promise<CloudError> {
  let value: unknown;
  try {
    value = await call();
  } catch (failure) {
    if (isCloudError(failure)) return failure;
    throw new Error(`a CloudError was expected, but this was thrown: ${inspect(failure)}`, { cause: failure });
  }
  return expect.fail(`a failure was expected, but the call returned ${inspect(value, { depth: 1 })}`);
}

/** The result or the failure of a call. */
export async function outcomeOf(
  call: () => unknown,
): Promise<{ readonly value?: unknown; readonly failure?: unknown }> {
  try {
    return { value: await call() };
  } catch (failure) {
    return { failure };
  }
}

/** Whatever a call of either kind throws, {@link CloudError} or not. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (failure) {
    return failure;
  }
  return expect.fail('a failure was expected, but the call returned');
}

/** The code and details that a failure must have. */
export interface ExpectedFailure {
  /** One code, or several acceptable ones. */
  readonly code: CloudErrorCode | readonly CloudErrorCode[];
  readonly details?: CloudErrorDetails;
}

/** Compares a failure with the expected code and details. */
export function expectFailure(failure: CloudError, expected: ExpectedFailure): void {
  const codes = typeof expected.code === 'string' ? [expected.code] : expected.code;
  expect(codes, `code of: ${failure.message}`).toContain(failure.code);
  if (expected.details) expect(failure.details, `details of: ${failure.message}`).toMatchObject(expected.details);
}

/** Looks for secrets in everything that a log could show of a value. */
export function expectNoSecret(value: unknown, secrets: readonly string[]): void {
  const shown = [inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })];
  if (value instanceof Error) shown.push(String(value.stack), value.message);
  try {
    shown.push(JSON.stringify(value) ?? '');
  } catch {
    // What cannot become JSON cannot leak that way.
  }
  for (const secret of secrets) {
    const place = shown.find((text) => text.includes(secret));
    expect(place === undefined, 'no secret is shown').toBe(true);
  }
}
