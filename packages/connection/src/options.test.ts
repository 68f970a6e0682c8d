import type { AnyProvider, OptionIssue, OptionsSchema } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import * as classic from 'zod';
import * as z from 'zod/mini';
import { checkOptions } from './options.ts';

const schema: OptionsSchema<{ secret: string; region: string }> = z.strictObject({
  secret: z.string().check(z.minLength(4, 'must have at least 4 characters')),
  region: z._default(z.string(), 'auto'),
});
const provider: AnyProvider = {
  id: 'acme',
  name: 'Acme',
  website: 'https://acme.example',
  capabilities: {},
  options: schema,
  methods: {},
  operations: () => ({}),
};
type Input = Parameters<typeof checkOptions>[1];
const check = (input: unknown) => checkOptions(provider, input as Input);

describe.each<[string, OptionsSchema<{ secret: string; region?: string | undefined }>]>([
  ['zod', classic.strictObject({ secret: classic.string(), region: classic.string().optional() })],
  ['zod/mini', z.strictObject({ secret: z.string(), region: z.optional(z.string()) })],
  ['a check written by hand', checkByHand()],
])('a provider may check its options with %s', (_, options) => {
  const checkWith = (input: unknown) => checkOptions({ ...provider, options }, input as Input);

  test('which gets them', () => {
    expect(checkWith({ secret: 'hush', timeoutMs: 5 }).providerOptions).toEqual({ secret: 'hush' });
  });
  test('which refuses a wrong one', () => {
    const sentence = 'acme connect: `secret` is missing or of the wrong type; it must be a string';
    expect(() => checkWith({ secret: 1 })).toThrow(sentence);
  });
  test('which refuses an unknown one', () => {
    expect(() => checkWith({ secret: 'hush', regoin: 'eu' })).toThrow('`regoin` (did you mean `region`?)');
  });
});

/** What a provider without zod writes. */
function checkByHand(): OptionsSchema<{ secret: string; region?: string | undefined }> {
  return {
    shape: { secret: true, region: true },
    safeParse: (input) => {
      const { secret, region, ...rest } = input as Record<string, unknown>;
      const issues: OptionIssue[] = [];
      if (typeof secret !== 'string') {
        issues.push({ code: 'invalid_type', path: ['secret'], expected: 'string', message: '' });
      }
      const keys = Object.keys(rest);
      if (keys.length > 0) issues.push({ code: 'unrecognized_keys', path: [], keys, message: '' });
      if (issues.length > 0) return { success: false, error: { issues } };
      return {
        success: true,
        data: { secret: String(secret), ...(region !== undefined && { region: String(region) }) },
      };
    },
  };
}

describe('options of connect', () => {
  test('are split between provider and connection, defaults filled in', () => {
    const checked = check({ secret: 'hush', timeoutMs: 5, retry: { attempts: 2 } });
    expect(checked.providerOptions).toEqual({ secret: 'hush', region: 'auto' });
    expect(checked.timeoutMs).toBe(5);
    expect(checked.retry).toEqual({ attempts: 2, baseDelayMs: 250, maxDelayMs: 32_000, budgetMs: 120_000 });
    expect(checked.warnBlockingMs).toBe(0);
    expect(checked.limits).toEqual({
      connectTimeoutMs: 10_000,
      headersTimeoutMs: 60_000,
      idleTimeoutMs: 60_000,
      maxConnections: 128,
    });
  });

  test('`worker` is the location of a file', () => {
    expect(check({ secret: 'hush' }).worker).toBe('');
    expect(check({ secret: 'hush', worker: '/worker.mjs' }).worker).toBe('/worker.mjs');
  });

  test('`retry: false` means one attempt', () => {
    expect(check({ secret: 'hush', retry: false }).retry.attempts).toBe(1);
  });

  test.for([
    ['undefined', undefined, 'options', 'must be an object'],
    ['an array', [], 'options', 'must be an object'],
    ['a missing option', {}, 'secret', '`secret` is missing or of the wrong type; it must be a string'],
    ['a wrong value', { secret: 'x' }, 'secret', '`secret` must have at least 4 characters'],
    ['an unknown option', { secret: 'hush', shade: 1 }, 'shade', 'unknown option `shade`. Known options: secret'],
    ['a misspelt option', { secret: 'hush', regoin: 1 }, 'regoin', '(did you mean `region`?)'],
    ['wrong case', { secret: 'hush', timeoutms: 1 }, 'timeoutms', '(did you mean `timeoutMs`?)'],
    ['a negative time', { secret: 'hush', timeoutMs: -1 }, 'timeoutMs', 'from 0'],
    ['a time that is not a number', { secret: 'hush', timeoutMs: '5' }, 'timeoutMs', 'must be a number'],
    ['a negative warning limit', { secret: 'hush', warnBlockingMs: -1 }, 'warnBlockingMs', 'from 0'],
    ['a warning limit that is not a number', { secret: 'hush', warnBlockingMs: true }, 'warnBlockingMs', 'a number'],
    [
      'a misspelt warning limit',
      { secret: 'hush', warnBlockingMS: 1 },
      'warnBlockingMS',
      '(did you mean `warnBlockingMs`?)',
    ],
    ['no connections', { secret: 'hush', maxConnections: 0 }, 'maxConnections', 'from 1'],
    ['a certificate without its key', { secret: 'hush', tls: { cert: 'c' } }, 'tls', 'cert needs key'],
    [
      'no verification of servers',
      { secret: 'hush', tls: { ca: 'c', rejectUnauthorized: false } },
      'tls',
      '{ ca, cert, key }',
    ],
    ['an unknown retry option', { secret: 'hush', retry: { tries: 1 } }, 'retry.tries', 'unknown option `retry.tries`'],
    ['a worker that is no text', { secret: 'hush', worker: 1 }, 'worker', 'must be a string'],
    ['retry: true', { secret: 'hush', retry: true }, 'retry', 'retry'],
  ] as const)('%s is refused, and the error names the option', ([, input, field, sentence]) => {
    expect(() => check(input)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining(sentence),
        details: { provider: 'acme', operation: 'connect', field },
      }),
    );
  });

  test('flags of the design are known, and suggested', () => {
    const input = { secret: 'hush', asinc: true };
    expect(() => checkOptions(provider, input, ['async'])).toThrow('(did you mean `async`?)');
  });

  test.for([
    [true, ['async']],
    [false, []],
    [undefined, []],
  ] as const)('a flag may be %s', ([async, set]) => {
    expect([...checkOptions(provider, { secret: 'hush', async }, ['async']).flags]).toEqual(set);
  });

  test.for(['yes', 'true', 1, 0, null, {}])('a flag may not be %j', (async) => {
    expect(() => checkOptions(provider, { secret: 'hush', async }, ['async'])).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: 'acme connect: `async` must be true or false',
        details: { provider: 'acme', operation: 'connect', field: 'async' },
      }),
    );
  });

  test('one error lists all problems', () => {
    expect(() => check({ timeoutMs: -1, x: 1 })).toThrow(/secret.*unknown option `x`.*timeoutMs/);
  });

  test('the error repeats no values, which may be secrets in the wrong place', () => {
    expect(() => check({ secret: 'abc', timeoutMs: 'top-secret' })).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/abc|top-secret/) }),
    );
  });
});
