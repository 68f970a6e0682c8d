/**
 * While tests run, the ways around the steps throw: the network, timers, the clock and chance. Importing this file is
 * enough. A provider that uses one of them fails its test, even when it swallows the error.
 */
import { afterEach, beforeEach, expect } from 'vitest';

const real = { Date, random: Math.random };
const forbidden = ['fetch', 'setTimeout', 'setInterval', 'setImmediate'] as const;
const originals = new Map<string, unknown>(forbidden.map((name) => [name, globalThis[name]]));
let touched: string[] = [];

function refuse(name: string): never {
  touched.push(name);
  throw new Error(`an operation used ${name} instead of a step`);
}

/** The ways around the steps that the test has used so far; forgotten, so that it does not fail for them. */
export function forgiveTouched(): string[] {
  const used = touched;
  touched = [];
  return used;
}

function place(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

const PoisonedDate = new Proxy(Date, {
  construct: (target, args: unknown[]) =>
    args.length === 0 ? refuse('new Date()') : (Reflect.construct(target, args) as Date),
  apply: () => refuse('Date()'),
  get: (target, name) => (name === 'now' ? () => refuse('Date.now') : Reflect.get(target, name)),
});

beforeEach(() => {
  touched = [];
  for (const name of forbidden) place(name, () => refuse(name));
  place('Date', PoisonedDate);
  Math.random = () => refuse('Math.random');
});

afterEach(() => {
  for (const [name, value] of originals) place(name, value);
  place('Date', real.Date);
  Math.random = real.random;
  expect(touched, 'ways around the steps that were used').toEqual([]);
});
