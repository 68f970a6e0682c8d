/** The design part and the parity tests pass a design that is right, and notice each of many ways to break one. */
import type { StorageOperations } from '@isobar/core';
import { describe, expect, test } from 'vitest';
import { type Break, type BrokenDesign, brokenDesigns } from '../testing/broken-designs.ts';
import { type Account, newAccount, openMemory } from '../testing/memory-drivers.ts';
import { outcomeOf } from '../testing/run-case.ts';
import { givesSequence, watched } from '../testing/sequences.ts';
import { slowServer } from '../testing/slow-server.ts';
import { asyncDesignFaults } from './any-driver/async-design-faults.ts';
import type { Case } from './case.ts';
import type { AnyStorage, DriverUnderTest, Kind } from './driver.ts';
import { checkingKinds } from './kind.ts';
import { Comparison } from './parity/compare.ts';
import type { Script } from './parity/script.ts';
import { storageScripts } from './parity/storage-scripts.ts';
import { removeContainer, type StorageKit } from './storage/storage-kit.ts';
import { suites } from './storage-conformance.ts';
import type { LoggedRequest, RequestLog } from './test-server.ts';

const kinds: readonly Kind[] = ['blocking', 'async'];
const designPart = suites.map((suite) => ({ ...suite, cases: suite.cases.filter(({ everyDesign }) => everyDesign) }));

const keep: Break = {};

/** What reaches the service: each call with its arguments is one request, a listing or stream once it is read. */
function makeLog(): RequestLog & { watch(driver: AnyStorage): AnyStorage } {
  const entries: LoggedRequest[] = [];
  const logged =
    (name: string, method: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      const log = () => void entries.push({ method: name, target: JSON.stringify(args), status: 200 });
      if (givesSequence(name)) return watched(method(...args) as object, log);
      log();
      return method(...args);
    };
  return {
    read: async () => [...entries],
    clear: async () => void entries.splice(0),
    watch(driver) {
      const methods = Object.entries(driver).filter(([name, of]) => typeof of === 'function' && name !== 'close');
      return { ...driver, ...Object.fromEntries(methods.map(([name, method]) => [name, logged(name, method)])) };
    },
  };
}

/** Runs a case of the design part with a design. */
function runCase(entry: Case<StorageKit>, kind: Kind, broken: Break): Promise<unknown> {
  const { watch, ...requests } = makeLog();
  const { faults, connect } = slowServer();
  const openRight = (account: Account, of: Kind, given: object): AnyStorage => {
    const options: { readonly warnBlockingMs?: number } = broken.breakOptions?.(given) ?? given;
    const driver = openMemory(account, of, options);
    if (!entry.server) return driver;
    return entry.server.includes('faults') ? connect(watch(driver), of, options) : watch(driver);
  };
  const under = (account: Account): DriverUnderTest<AnyStorage> => ({
    design: 'memory',
    kind,
    open(given = {}) {
      const right = openRight(account, kind, given);
      return (broken.break?.(right, given) ?? right) as AnyStorage;
    },
    openBoth(given = {}) {
      const [blocking, async] = [openRight(account, 'blocking', given), openRight(account, 'async', given)];
      const right = { blocking, async, isOneObject: false };
      return broken.breakBoth?.(right) ?? right;
    },
  });
  const checked = (account: Account) => checkingKinds([under(account)])[0] ?? expect.fail('no driver');
  return outcomeOf(entry, kind, (account, options) => checked(account).open(options), {
    server: entry.server ? { requests, faults } : {},
    openBoth: (account, options) => checked(account).openBoth?.({ ...options }) ?? expect.fail('no drivers'),
  });
}

/** Compares a design that is right, in both kinds, with another one; resolves to what the comparison failed with. */
async function compare(script: Script<AnyStorage>, kind: Kind, broken: Break): Promise<unknown> {
  const account = newAccount();
  const { watch, ...requests } = makeLog();
  const driver = (kind: Kind, design: string, how: Break): DriverUnderTest<AnyStorage> => ({
    design,
    kind,
    open(options = {}) {
      const right = watch(openMemory(account, kind, options));
      return (how.break?.(right, options) ?? right) as AnyStorage;
    },
  });
  const container = 'kit-parity';
  const comparison = new Comparison<AnyStorage>({
    drivers: [...kinds.map((kind) => driver(kind, 'right', keep)), driver(kind, 'other', broken)],
    server: { requests },
    // Folders are new each time.
    normalise: (target) => target.replace(/isobar-parity-\w+/g, '…'),
    scene: { container, wrong: { secret: 'not-the-right-one' } },
    tidy: () => removeContainer(openMemory(account, 'blocking'), container),
  });
  try {
    await comparison.run(script);
  } catch (failure) {
    return failure;
  }
  return undefined;
}

describe.each(kinds)('a design that is right, %s', (kind) => {
  for (const suite of designPart) {
    const possible = suite.cases.filter(({ kind: only, server = [] }) => {
      const possible = suite.title === asyncDesignFaults.title ? ['requests', 'faults'] : ['requests'];
      return (!only || only === kind) && server.every((ability) => possible.includes(ability));
    });
    if (possible.length === 0) continue;
    test(`${suite.title}: all ${possible.length} cases of the design part pass`, async () => {
      for (const entry of possible) expect(await runCase(entry, kind, keep), entry.title).toBeUndefined();
    });
  }
});

function caseOf({ noticedBy }: BrokenDesign): Case<StorageKit> | undefined {
  if (!('suite' in noticedBy)) return undefined;
  const cases = designPart.find(({ title }) => title === noticedBy.suite)?.cases;
  return (
    cases?.find(({ title }) => title === noticedBy.case) ?? expect.fail(`the design part has no ${noticedBy.case}`)
  );
}

function scriptOf({ noticedBy }: BrokenDesign): Script<AnyStorage> {
  const found = 'script' in noticedBy && storageScripts.find(({ title }) => title === noticedBy.script);
  return found || expect.fail('no such script');
}

describe('a design', () => {
  test.each(brokenDesigns)('that $title is noticed, $kind', async (broken) => {
    const entry = caseOf(broken);
    const outcome = (how: Break) =>
      entry ? runCase(entry, broken.kind, how) : compare(scriptOf(broken), broken.kind, how);
    expect(await outcome(keep), 'a design that is right').toBeUndefined();
    expect(await outcome(broken), 'the broken design').toBeInstanceOf(Error);
  });
});

/** Compares a right design of both kinds, or one that is changed. */
function comparisonOf(changeDriver: (driver: AnyStorage, kind: Kind) => object): Comparison<AnyStorage> {
  const account = newAccount();
  const { watch, ...requests } = makeLog();
  return new Comparison<AnyStorage>({
    drivers: kinds.map((kind) => ({
      design: 'memory',
      kind,
      open: () => changeDriver(watch(openMemory(account, kind)), kind) as AnyStorage,
    })),
    server: { requests },
    normalise: (target) => target,
    scene: { container: 'kit-parity', wrong: {} },
    tidy: async () => undefined,
  });
}

test('a method that no script calls is named', async () => {
  const extra = { exForgotten: () => undefined } satisfies Partial<Record<string, () => unknown>>;
  const comparison = comparisonOf((driver) => Object.assign(driver, extra));
  const names = comparison.uncalled();
  expect(names).toContain('exForgotten' satisfies string);
  expect(names).toContain('getObject' satisfies keyof StorageOperations);
  await comparison.run({ title: 'one call', run: (driver) => driver.listContainers() });
  expect(comparison.uncalled()).not.toContain('listContainers');
});

test('a method that one kind lacks is named', () => {
  expect(comparisonOf((driver) => driver).differences()).toEqual([]);
  const without = comparisonOf(({ copyObject, ...others }, kind) =>
    kind === 'async' ? others : { ...others, copyObject },
  );
  expect(without.differences()).toEqual(['memory × async lacks copyObject']);
});
