/** What "plain data" means for a model. */
import { inspect } from 'node:util';
import { expect } from 'vitest';

const plainPrototypes: readonly unknown[] = [Object.prototype, Array.prototype, Date.prototype, null];

/** A value that survives cloning, JSON and comparison: no methods, no hidden state, no link back to a driver. Failures
 * inside results are plain data too: a cloned error would lose its code and details. */
export function expectPlainData(value: unknown): void {
  expect(value).toBeTypeOf('object');
  expect(value, 'a model').not.toBeNull();
  expect(structuredClone(value), 'clone').toEqual(value);
  expectPlainParts(value, 'model');
  expect(JSON.parse(JSON.stringify(value)), 'JSON').toBeTypeOf('object');
}

function expectPlainParts(value: unknown, place: string): void {
  if (typeof value !== 'object' || value === null) {
    expect(typeof value, `${place} is ${inspect(value)}`).toMatch(/^(string|number|boolean|undefined|object|bigint)$/);
    return;
  }
  expect(plainPrototypes, `prototype of ${place}`).toContain(Object.getPrototypeOf(value));
  for (const key of Reflect.ownKeys(value)) {
    expect(typeof key, `a key of ${place}`).toBe('string');
    expectPlainParts(Reflect.get(value, key), `${place}.${String(key)}`);
  }
}
