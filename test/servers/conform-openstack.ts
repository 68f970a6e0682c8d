/** The conformance kit's settings for a real OpenStack cloud; `npm run test:servers` starts it, and a proxy before it. */

import { openstack } from '@isobar/compute-openstack';
import {
  computeConformance,
  type Deviation,
  type EitherComputeDriver,
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
function accountOf({ password, project, region, username, viaProxy: authUrl }: RunningCloud): object {
  return { authUrl, username, password, project, region };
}

/** No build takes longer, so that a node which is removed meanwhile does not hold up the cloud. */
const maxBuildSeconds = 15;

/** The hypervisor of the cloud obeys metadata. Only nodes whose addresses are asked for are on a network: ports take time. */
function lives({ addresses, bootMs = 20, outcome }: NodeLife): object {
  const seconds = Math.min(bootMs / 1000, maxBuildSeconds);
  return {
    exMetadata: { 'test-build-seconds': String(seconds), ...(outcome === 'error' && { 'test-build': 'fail' }) },
    exNetworks: addresses === undefined || addresses === 'none' ? 'none' : 'auto',
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
    'users see no servers that were deleted',
    'node listings > leave terminated nodes out unless they are asked for',
  ),
  ...deviations(
    'no node runs as soon as that',
    'failing waits > poll once more before their time limit, not after the pause, and report the late nodes',
  ),
  ...deviations(
    'the option for the address is `authUrl`',
    'faults > reports a network error when nothing listens at the endpoint',
  ),
];

/** Registers the whole kit in one kind. */
export function conformOpenStack(kind: Kind): void {
  if (cloud) {
    const { proxy, password } = cloud;
    const { clock, faults, requests } = testServerAt(proxy, 'compute');
    describe(`OpenStack, Nova ${cloud.version}`, () => {
      computeConformance({
        provider: 'openstack',
        drivers: flagDrivers<typeof openstack, EitherComputeDriver>(openstack, accountOf(cloud)).filter(
          (driver) => driver.kind === kind,
        ),
        server: { clock, faults, requests, lives },
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
