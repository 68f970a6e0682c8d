/** The case about conditions that a provider cannot keep: it passes a driver that refuses them, and notices others. */
import { CloudError, type ConditionOptions, type ObjectReference } from '@isobar/core';
import { expect, test } from 'vitest';
import { type Methods, openMemory } from '../../testing/memory-drivers.ts';
import { outcomeOf } from '../../testing/run-case.ts';
import type { AnyStorage } from '../driver.ts';
import { conditions } from './conditions.ts';

type Method = (...args: unknown[]) => unknown;

/** Runs the case against a driver that is changed, and that is said to keep only `ifAbsent`. */
function outcome(change: (right: Methods) => object): Promise<unknown> {
  const title = 'conditions that the provider cannot keep are refused before anything is sent';
  const entry = conditions.cases.find((known) => known.title === title) ?? expect.fail('no such case');
  const open = (account: string, options: object) => {
    const right = openMemory(account, 'blocking', options);
    return { ...right, ...change(right as unknown as Methods) } as AnyStorage;
  };
  return outcomeOf(entry, 'blocking', open, { conditions: ['ifAbsent'] });
}

/** Refuses `ifVersion` in every method. */
function refusing(right: Methods): object {
  const refuse = (name: string, method: Method) =>
    ((...args) => {
      const isAsked = args.some((value) => (value as ConditionOptions | undefined)?.ifVersion !== undefined);
      if (!isAsked) return method(...args);
      throw new CloudError('unsupported', 'no versions', { provider: 'memory', operation: name, field: 'ifVersion' });
    }) satisfies Method;
  const methods = Object.entries(right).filter(([name, member]) => typeof member === 'function' && name !== 'close');
  return Object.fromEntries(methods.map(([name, method]) => [name, refuse(name, method as Method)]));
}

test('passes when every method refuses the condition', async () => {
  expect(await outcome(refusing)).toBeUndefined();
});

test('notices a driver that keeps the condition after all', async () => {
  expect(await outcome(() => ({}))).toBeInstanceOf(Error);
});

test('notices one method that ignores the condition', async () => {
  const ignoring = (right: Methods) => ({
    ...refusing(right),
    deleteObject: (object: ObjectReference) => right.deleteObject(object),
  });
  expect(await outcome(ignoring)).toBeInstanceOf(Error);
});
