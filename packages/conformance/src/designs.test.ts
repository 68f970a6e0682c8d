/** The design part and the parity tests pass a design that is right, and notice each of many ways to break one. */
import type { StorageOperations } from '@isobar/core';
import { describe, expect, test } from 'vitest';
import { type BrokenDesign, brokenDesigns } from '../test/broken-designs.ts';
import { givesSequence } from '../test/memory-sequences.ts';
import { type Account, openMemory } from '../test/memory-storage.ts';
import { type Methods, type Open, outcomeOf } from '../test/run-case.ts';
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

type Break = BrokenDesign['break'];
const keep: Break = (right) => right;

/** What reaches the service: each call with its arguments is one request, a listing or stream once it is read. */
function makeLog(): RequestLog & { readonly change: (right: Methods) => object } {
  const entries: LoggedRequest[] = [];
  const logged = ([name, method]: [string, unknown]) => {
    const call = method as (...args: unknown[]) => unknown;
    return (...args: unknown[]) => {
      const log = () => void entries.push({ method: name, target: JSON.stringify(args), status: 200 });
      if (!givesSequence(name)) {
        log();
        return call(...args);
      }
      const sequence = call(...args) as Iterable<unknown> & { readonly pages?: (from?: object) => Iterable<unknown> };
      function* read(parts: Iterable<unknown>): Generator<unknown> {
        log();
        yield* parts;
      }
      const pages = sequence.pages && ((from?: object) => read(sequence.pages?.(from) ?? []));
      return { ...sequence, ...(pages && { pages }), [Symbol.iterator]: () => read(sequence) };
    };
  };
  return {
    read: async () => [...entries],
    clear: async () => void entries.splice(0),
    change: (right) => Object.fromEntries(Object.entries(right).map((entry) => [entry[0], logged(entry)])),
  };
}

/** Runs a case of the design part with a design. */
function runCase(entry: Case<StorageKit>, kind: Kind, broken: Break): Promise<unknown> {
  const { change, ...requests } = makeLog();
  const logged = entry.server ? change : undefined;
  const open: Open = (account, options) => {
    const [driver] = checkingKinds<AnyStorage>([
      {
        design: 'memory',
        kind,
        open: (given = {}) => broken(openMemory(account, kind, logged, options.secret), given) as AnyStorage,
      },
    ]);
    return driver?.open(options) ?? expect.fail('no driver');
  };
  return outcomeOf(entry, kind, open, entry.server ? { requests } : {});
}

/** Compares a design that is right, in both kinds, with another one; resolves to what the comparison failed with. */
async function compare(script: Script<AnyStorage>, kind: Kind, broken: Break): Promise<unknown> {
  const account: Account = new Map();
  const { change, ...requests } = makeLog();
  const driver = (kind: Kind, design: string, how: Break): DriverUnderTest<AnyStorage> => ({
    design,
    kind,
    open: (options = {}) =>
      how(openMemory(account, kind, change, (options as { secret?: string }).secret), options) as AnyStorage,
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
      return (!only || only === kind) && server.every((ability) => ability === 'requests');
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
    expect(await outcome(broken.break), 'the broken design').toBeInstanceOf(Error);
  });
});

test('a method that no script calls is named', async () => {
  const account: Account = new Map();
  const { change, ...requests } = makeLog();
  const extra = { exForgotten: () => undefined } satisfies Partial<Record<string, () => unknown>>;
  const comparison = new Comparison<AnyStorage>({
    drivers: kinds.map((kind) => ({
      design: 'right',
      kind,
      open: () => Object.assign(openMemory(account, kind, change), extra),
    })),
    server: { requests },
    normalise: (target) => target,
    scene: { container: 'kit-parity', wrong: {} },
    tidy: async () => undefined,
  });
  const names = comparison.uncalled();
  expect(names).toContain('exForgotten' satisfies string);
  expect(names).toContain('getObject' satisfies keyof StorageOperations);
  await comparison.run({ title: 'one call', run: (driver) => driver.listContainers() });
  expect(comparison.uncalled()).not.toContain('listContainers');
});
