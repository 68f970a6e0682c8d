/** Gives cases to the test runner: one block for each triple of provider, design and kind, one for each suite in it. */
import { afterAll, describe, type TestContext, test } from 'vitest';
import type { Case, Suite, Trait } from './case.ts';
import type { DriverMembers, DriverUnderTest } from './driver.ts';
import { checkingKinds } from './kind.ts';
import type { MadeKit } from './kit.ts';
import type { TestServer } from './test-server.ts';

/** Where a provider is known to deviate from the contract. */
export interface Deviation {
  /** Suite and title of the case: `names > round-trips "a//b"`. */
  readonly case: string;
  /** The reason, with a link. */
  readonly reason: string;
}

/**
 * Which cases run: the `whole` kit, or only what a `design` can get wrong. A provider runs the whole kit once for each
 * kind, because designs only pass its operations on. Each further design runs the `design` part.
 */
export type Part = 'whole' | 'design';

/** Everything that is registered for one provider. */
export interface Plan<Driver extends DriverMembers, Kit> {
  readonly provider: string;
  readonly drivers: readonly DriverUnderTest<Driver>[];
  readonly server: TestServer;
  readonly suites: readonly Suite<Kit>[];
  readonly part: Part;
  readonly deviations: readonly Deviation[];
  /** What the provider does not have. */
  readonly without: readonly Trait[];
  /** Makes the kit of a case around the driver that cases share. */
  makeKit(under: DriverUnderTest<Driver>, driver: Driver): MadeKit<Kit>;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Registers every case of a plan for every driver. */
export function register<Driver extends DriverMembers, Kit>(plan: Plan<Driver, Kit>): void {
  refuseUnknownDeviations(plan);
  const suites = casesOf(plan);
  for (const under of checkingKinds(plan.drivers)) {
    describe(`${plan.provider} × ${under.design} × ${under.kind}`, () => {
      let opened: Driver | undefined;
      const driver = (): Driver => {
        opened ??= under.open();
        return opened;
      };
      afterAll(() => opened?.close());
      for (const suite of suites) {
        describe(suite.title, () => {
          for (const entry of suite.cases) {
            if (entry.kind && entry.kind !== under.kind) continue;
            const deviation = plan.deviations.find(({ case: name }) => name === `${suite.title} > ${entry.title}`);
            test(entry.title, { timeout: entry.timeoutMs ?? DEFAULT_TIMEOUT_MS }, async (context) => {
              skipUnlessPossible(context, entry, plan, under);
              const run = () => runCase(plan, under, driver(), entry, context);
              const undeclared = entry.needs !== undefined && !driver().provider.capabilities[entry.needs];
              if (undeclared && !entry.proof) context.skip(`${plan.provider} does not declare ${entry.needs}`);
              await judge(run, {
                ...(undeclared && { undeclared: entry.needs }),
                ...(deviation && { deviation: deviation.reason }),
              });
            });
          }
        });
      }
    });
  }
}

function casesOf<Driver extends DriverMembers, Kit>({ part, suites }: Plan<Driver, Kit>): readonly Suite<Kit>[] {
  if (part === 'whole') return suites;
  const chosen = suites.map((suite) => ({ ...suite, cases: suite.cases.filter(({ everyDesign }) => everyDesign) }));
  return chosen.filter(({ cases }) => cases.length > 0);
}

/** A deviation that names no case may mean a case that was renamed. */
function refuseUnknownDeviations<Driver extends DriverMembers, Kit>({ suites, deviations }: Plan<Driver, Kit>): void {
  const names = suites.flatMap((suite) => suite.cases.map((entry) => `${suite.title} > ${entry.title}`));
  const unknown = deviations.find((deviation) => !names.includes(deviation.case));
  if (unknown) throw new Error(`no case is called "${unknown.case}"; remove the deviation or correct its name`);
}

function skipUnlessPossible<Kit>(
  context: TestContext,
  entry: Case<Kit>,
  { provider, server, without }: Pick<Plan<never, Kit>, 'provider' | 'server' | 'without'>,
  { design, openBoth }: { readonly design: string; readonly openBoth?: unknown },
): void {
  if (entry.bothKinds && !openBoth) context.skip(`${design} gives no "openBoth"`);
  if (entry.about && without.includes(entry.about)) context.skip(`${provider} has no ${entry.about}`);
  const missing = entry.server?.find((ability) => server[ability] === undefined);
  if (missing) context.skip(`the test server has no "${missing}"`);
}

async function runCase<Driver extends DriverMembers, Kit>(
  plan: Plan<Driver, Kit>,
  under: DriverUnderTest<Driver>,
  driver: Driver,
  entry: Case<Kit>,
  context: TestContext,
): Promise<void> {
  const { kit, tidy, refusal } = plan.makeKit(under, driver);
  try {
    await entry.run(kit);
  } catch (failure) {
    // What broke the case may break the cleanup too. Report only the first failure.
    await tidy().catch(() => undefined);
    if (refusal() === undefined) throw failure;
  }
  await tidy();
  const reason = refusal();
  if (reason !== undefined) context.skip(reason);
}

/** Reasons to expect a case to fail. */
export interface Expectation {
  /** The undeclared capability that the case proves. */
  readonly undeclared?: string | undefined;
  /** Why it is known to fail. */
  readonly deviation?: string | undefined;
}

/** Runs a case, and fails if it fails. A case that is expected to fail must fail. */
export async function judge(run: () => Promise<void>, { undeclared, deviation }: Expectation): Promise<void> {
  if (undeclared === undefined && deviation === undefined) return await run();
  try {
    await run();
  } catch {
    return;
  }
  throw new Error(
    undeclared === undefined
      ? `this works now; remove the deviation "${deviation}"`
      : `"${undeclared}" works, but the provider does not declare it among its capabilities`,
  );
}
