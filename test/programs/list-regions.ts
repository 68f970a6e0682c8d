/** Lists the regions of a cloud of `clouds.yaml`, blocking and awaited, and prints the outcomes. */
import { openstack } from '@isobar/compute-openstack';
import { isCloudError } from '@isobar/core';
import { connect } from '@isobar/design-flag';

const options = { cloud: 'private', retry: false } as const;
const outcomes: unknown[] = [];
for (const driver of [connect(openstack, options), connect(openstack, { ...options, async: true })]) {
  try {
    outcomes.push(await driver.exListRegions());
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    outcomes.push(failure.toJSON());
  }
  await driver.close();
}
process.stdout.write(JSON.stringify(outcomes));
