/** Lists nodes of an endpoint, blocking and awaited, and prints the outcomes. */

import { testCompute } from '@isobar/compute-test';
import { isCloudError } from '@isobar/core';
import { connect } from '@isobar/design-flag';

const [, , endpoint = ''] = process.argv;
const options = { key: 'apache', secret: 'libcloud', endpoint, retry: { attempts: 3, baseDelayMs: 1 } };
const outcomes: unknown[] = [];
for (const driver of [connect(testCompute, options), connect(testCompute, { ...options, async: true })]) {
  try {
    outcomes.push((await driver.listNodes()).length);
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    outcomes.push({ ...failure.toJSON(), cause: (failure.cause as { code?: unknown } | undefined)?.code });
  }
  await driver.close();
}
process.stdout.write(JSON.stringify(outcomes));
