/** The cloud of the programs about many nodes and regions. They are the same programs on each. */
import { openstack } from '@isobar/compute-openstack';
import { testCompute } from '@isobar/compute-test';
import { compute } from './clouds.ts';

const { env } = process;

/**
 * The cloud of the programs about many nodes and regions: the test cloud or, with `ISOBAR_CLOUD=openstack`, the one that
 * `clouds.yaml` or the variables `OS_*` name. They are the same programs.
 */
export const cloud =
  env.ISOBAR_CLOUD === 'openstack' ? { provider: openstack, account: {} } : { provider: testCompute, account: compute };
