/** The kit for compute providers. */
import { asyncDesignFaults } from './any-driver/async-design-faults.ts';
import { cancelling } from './any-driver/cancelling.ts';
import { closing } from './any-driver/closing.ts';
import { credentials } from './any-driver/credentials.ts';
import { faults } from './any-driver/faults.ts';
import { options } from './any-driver/options.ts';
import type { Suite, Trait } from './case.ts';
import { computeArguments } from './compute/arguments.ts';
import { catalogue } from './compute/catalogue.ts';
import { type ComputeKit, makeComputeKit } from './compute/compute-kit.ts';
import { images } from './compute/images.ts';
import { keyPairs } from './compute/key-pairs.ts';
import { nodeChanges } from './compute/node-changes.ts';
import { nodeListing } from './compute/node-listing.ts';
import { nodes } from './compute/nodes.ts';
import { snapshots } from './compute/snapshots.ts';
import { volumes } from './compute/volumes.ts';
import { waitFailures } from './compute/wait-failures.ts';
import { waits } from './compute/waits.ts';
import type { AnyCompute, ComputeDriverUnderTest } from './driver.ts';
import type { KitSetup } from './kit.ts';
import { type Deviation, type Part, register } from './register.ts';
import type { TestServer } from './test-server.ts';

/** What the kit must know about a compute provider. */
export interface ComputeConformance {
  /** The provider's id, such as `compute-test`. */
  readonly provider: string;
  /** The drivers to test: one of each kind for the whole kit, all others for the `design` part. */
  readonly drivers: readonly ComputeDriverUnderTest[];
  /** Default `whole`. */
  readonly part?: Part;
  /** What the server can do for tests. Default: nothing, as with a real cloud. */
  readonly server?: TestServer;
  /** What the provider does not have of {@link Trait}; cases about it are skipped. Default: nothing. */
  readonly without?: readonly Trait[];
  /** Options that make the service refuse every call. Default: another `secret`. */
  readonly wrongCredentials?: Readonly<Record<string, unknown>>;
  /** Strings that no failure may show, such as the secret in use. */
  readonly secrets?: readonly string[];
  /** How many nodes the account has at least. Default 0. */
  readonly minNodes?: number;
  /** Cases for what only this provider does. */
  readonly extraSuites?: readonly Suite<ComputeKit>[];
  /** Cases that are known to fail, and why. They fail the kit once they pass. */
  readonly deviations?: readonly Deviation[];
}

const suites: readonly Suite<ComputeKit>[] = [
  nodes,
  catalogue,
  nodeListing,
  nodeChanges,
  waits,
  waitFailures,
  images,
  volumes,
  snapshots,
  keyPairs,
  computeArguments,
  closing,
  asyncDesignFaults,
  options,
  credentials,
  cancelling,
  faults,
];

/**
 * Registers every test of the compute contract, for each design and kind.
 *
 * @example
 * computeConformance({
 *   provider: 'acme-compute',
 *   drivers: [{ design: 'session', kind: 'blocking', open: (options) => connect(acmeCompute, { ...account, ...options }) }],
 * });
 */
export function computeConformance(conformance: ComputeConformance): void {
  const {
    provider,
    drivers,
    server = {},
    wrongCredentials = { secret: 'not-the-right-secret-0123456789' },
  } = conformance;
  register({
    provider,
    drivers,
    server,
    suites: [...suites, ...(conformance.extraSuites ?? [])],
    part: conformance.part ?? 'whole',
    without: conformance.without ?? [],
    deviations: conformance.deviations ?? [],
    makeKit(under, driver) {
      return makeComputeKit({
        provider,
        kind: under.kind,
        open: (overrides) => under.open(overrides) as AnyCompute,
        openBoth: under.openBoth as KitSetup<AnyCompute>['openBoth'],
        driver: driver as AnyCompute,
        server,
        wrongCredentials,
        secrets: conformance.secrets ?? [],
        probe: { name: 'listNodes', run: (opened, callOptions) => opened.listNodes(callOptions) },
        minNodes: conformance.minNodes ?? 0,
      });
    },
  });
}
