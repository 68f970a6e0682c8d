/** Makes `fetch`, timers, the clock and `Math.random` throw while tests run, so that operations must use steps instead. */

/** How a test runner runs something around each test: the functions of Vitest, Jest or `node:test`. */
export interface TestHooks {
  readonly beforeEach: (run: () => void) => unknown;
  readonly afterEach: (run: () => void) => unknown;
}

const real = { Date, random: Math.random };
const forbidden = ['fetch', 'setTimeout', 'setInterval', 'setImmediate'] as const;
const originals = new Map<string, unknown>(forbidden.map((name) => [name, globalThis[name]]));
let used: string[] = [];

function refuse(name: string): never {
  used.push(name);
  throw new Error(`an operation used ${name} instead of a step`);
}

/** Returns the forbidden functions that the test has used so far, and clears the list so that the test does not fail. */
export function takeForbiddenUses(): string[] {
  const taken = used;
  used = [];
  return taken;
}

function place(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

const ForbiddenDate = new Proxy(Date, {
  construct: (target, args: unknown[]) =>
    args.length === 0 ? refuse('new Date()') : (Reflect.construct(target, args) as Date),
  apply: () => refuse('Date()'),
  get: (target, name) => (name === 'now' ? () => refuse('Date.now') : Reflect.get(target, name)),
});

/**
 * Makes `fetch`, timers, the clock and `Math.random` throw while the tests of a file run. An operation that uses one of them
 * fails its test, even if it catches the error.
 *
 * @example
 * import { afterEach, beforeEach } from 'vitest';
 * forbidIo({ beforeEach, afterEach });
 */
export function forbidIo({ beforeEach, afterEach }: TestHooks): void {
  beforeEach(() => {
    used = [];
    for (const name of forbidden) place(name, () => refuse(name));
    place('Date', ForbiddenDate);
    Math.random = () => refuse('Math.random');
  });
  afterEach(() => {
    for (const [name, value] of originals) place(name, value);
    place('Date', real.Date);
    Math.random = real.random;
    const names = takeForbiddenUses();
    if (names.length > 0) throw new Error(`an operation used ${names.join(', ')} instead of steps`);
  });
}
