/**
 * Lists containers with credentials from the environment, in both kinds, each with its own driver, and prints the outcomes.
 * `node application-default.ts ENDPOINT`
 */
import { isCloudError } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';

const [, , endpoint = ''] = process.argv;
const options = { credentials: 'application-default', endpoint } as const;

async function outcome(list: () => unknown): Promise<unknown> {
  try {
    return ((await list()) as { readonly name: string }[]).map(({ name }) => name);
  } catch (failure) {
    return isCloudError(failure) ? { code: failure.code, message: failure.message } : String(failure);
  }
}

console.log(
  JSON.stringify({
    blocking: await outcome(() => connect(googleStorage, options).listContainers()),
    async: await outcome(() => connect(googleStorage, { ...options, async: true }).listContainers()),
  }),
);
