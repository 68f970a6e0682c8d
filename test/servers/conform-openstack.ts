/** The conformance kit's settings for a real OpenStack cloud; `npm run test:servers` starts it, and a proxy before it. */

import { openstack } from '@isobar/compute-openstack';
import {
  type EitherComputeDriver,
  computeConformance,
  type Deviation,
  type Kind,
  type NodeLife,
  testServerAt,
} from '@isobar/conformance';
import { describe, test } from 'vitest';
import { openStackSuites } from '../../packages/compute-openstack/testing/openstack-suites.ts';
import { flagDrivers } from '../../packages/design-flag/testing/drivers.ts';
import type { RunningCloud } from '../../scripts/test-servers.ts';

const { ISOBAR_OPENSTACK = '' } = process.env;
/** The cloud, if it runs. */
export const cloud: RunningCloud | undefined = ISOBAR_OPENSTACK === '' ? undefined : JSON.parse(ISOBAR_OPENSTACK);

/** The options of a driver for the cloud, through the proxy. */
export function accountOf({ password, project, region, username, viaProxy: authUrl }: RunningCloud): object {
  return { authUrl, username, password, project, region };
}

/** No build takes longer, so that a node which is removed meanwhile does not hold up the cloud. */
const maxBuildSeconds = 15;

/** The hypervisor of the cloud obeys metadata. */
function lives({ addresses, bootMs = 20, outcome }: NodeLife): object {
  const seconds = Math.min(bootMs / 1000, maxBuildSeconds);
  return {
    exMetadata: { 'test-build-seconds': String(seconds), ...(outcome === 'error' && { 'test-build': 'fail' }) },
    ...(addresses === 'none' && { exNetworks: 'none' }),
  };
}

function deviations(reason: string, ...cases: readonly string[]): Deviation[] {
  return cases.map((title) => ({ case: title, reason }));
}

const known: readonly Deviation[] = [
  ...deviations(
    'a node has a public address only when a floating one is assigned to it',
    'waits > until running give public IPv4 addresses',
    'waits > until running give IPv6 addresses, alone or with others',
    'waits > until running continue while a running node has no address',
    'failing waits > until running time out for a node with only IPv6, unless that is allowed',
  ),
  ...deviations(
    'Nova looks nodes up one by one',
    'waits > end at once for running nodes, in one exchange',
    'waits > ask for all nodes in one exchange, and then only for those still pending',
  ),
  ...deviations(
    'no one can put a real server into any state',
    'node changes > reads every shared state, and any other as unknown',
    'failing waits > fail at once for a node whose host has failed',
    'failing waits > continue through unknown states',
  ),
];

/** Registers the whole kit in one kind. */
export function conformOpenStack(kind: Kind): void {
  if (cloud) {
    const { proxy, password } = cloud;
    describe(`OpenStack, Nova ${cloud.version}`, () => {
      computeConformance({
        provider: 'openstack',
        drivers: flagDrivers<typeof openstack, EitherComputeDriver>(openstack, accountOf(cloud)).filter(
          (driver) => driver.kind === kind,
        ),
        server: { ...testServerAt(proxy, 'compute'), lives },
        without: ['credentials'],
        wrongCredentials: { password: 'not-the-right-password-0123456789' },
        secrets: [password],
        extraSuites: openStackSuites,
        deviations: known,
      });
    });
  }
  test.skipIf(cloud)('no cloud was started: npm run test:servers openstack starts one', () => {});
}
