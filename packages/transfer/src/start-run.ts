/** Makes a run usable in the kind of its drivers: as an iterable, and by `report()`. */
import {
  argument,
  type CallOptions,
  type Check,
  checkedLater,
  invalidArgument,
  method,
  methodsOn,
  type Operation,
} from '@isobar/core/provider';
import type { Result, Run } from './run.ts';
import type { AnyTree } from './sides.ts';

/**
 * A run of an asynchronous driver. It begins with the first loop, or with `report()`, and happens once: a loop that ends early
 * pauses it, and the next one, or `report()`, goes on. `report()` alone is a little faster than a loop.
 */
export interface AsyncTreeRun<Item, Report> extends AsyncIterable<Item> {
  /** Goes on to the end. @returns The counts of the whole run. */
  report(): Promise<Report>;
}

/** A run of a blocking driver. See {@link AsyncTreeRun}. */
export interface BlockingTreeRun<Item, Report> extends Iterable<Item> {
  /** Goes on to the end. @returns The counts of the whole run. */
  report(): Report;
}

/** A run whose kind only its types know. */
export type AnyRun<Item, Report> = AsyncTreeRun<Item, Report> & BlockingTreeRun<Item, Report>;

/** A run and its report. */
export interface MadeRun<Item extends Result> {
  readonly run: Run<Item>;
  report(): unknown;
}

/** What a run is made of: an operation, so that both kinds are written once. */
type Advance = (isWhole: boolean, options?: CallOptions) => Operation<unknown>;

/** Named in errors and traces in the place of a provider. */
const id = 'transfer';

/**
 * Gives a run the kind of its driver. Nothing is checked or sent before the run begins.
 *
 * @param call The name of the call, for errors.
 * @param make Makes the run, when its options have been checked.
 */
export function startRun<Item extends Result, Report>(
  call: string,
  tree: AnyTree,
  options: CallOptions,
  checks: Readonly<Record<string, Check>>,
  make: () => MadeRun<Item>,
): AnyRun<Item, Report> {
  const driver = checkedDriver(call, tree);
  let made: MadeRun<Item> | undefined;
  function* advance(isWhole: boolean): Operation<unknown> {
    made ??= make();
    if (!isWhole) return yield* made.run.next();
    yield* made.run.finish();
    return made.report();
  }
  const methods = methodsOn<Record<string, Advance>>(driver, {
    id,
    operations: { [call]: advance },
    methods: { [call]: method('operation', [argument('isWhole', checkedLater)], checks) } as never,
  });
  const own = methods[call] as (isWhole: boolean, options: unknown) => unknown;
  // The timeout of a driver is one for a call about an object.
  const whole = typeof options === 'object' && options !== null ? { timeoutMs: 0, ...options } : options;
  const advanceOn = (isWhole: boolean): unknown => own(isWhole, whole);
  const report = (): unknown => advanceOn(true);
  const iterators = isBlocking(driver) ? blockingResults(advanceOn) : asyncResults(advanceOn);
  return { report, ...iterators } as unknown as AnyRun<Item, Report>;
}

/** The driver of a tree. @throws {CloudError} `invalid-argument`. */
export function checkedDriver(call: string, tree: unknown): object {
  const driver = (tree as Partial<AnyTree> | null | undefined)?.driver;
  if (typeof driver === 'object' && driver !== null) return driver;
  const problem = 'must be a tree: { driver, container, prefix? }';
  throw invalidArgument('from', problem, { operation: call });
}

/** Blocking drivers can be disposed of at once; those of the design with both kinds as well. */
export function isBlocking(driver: object): boolean {
  return Symbol.dispose in driver;
}

type Page = readonly unknown[] | undefined;

function blockingResults(advance: (isWhole: boolean) => unknown): Iterable<unknown> {
  /** What a loop that ended early has not taken. */
  let rest: unknown[] = [];
  return {
    *[Symbol.iterator]() {
      for (;;) {
        while (rest.length > 0) yield rest.shift();
        const page = advance(false) as Page;
        if (!page) return;
        rest = [...page];
      }
    },
  };
}

function asyncResults(advance: (isWhole: boolean) => unknown): AsyncIterable<unknown> {
  let rest: unknown[] = [];
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (rest.length > 0) yield rest.shift();
        const page = (await advance(false)) as Page;
        if (!page) return;
        rest = [...page];
      }
    },
  };
}
