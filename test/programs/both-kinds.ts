/**
 * Writes and reads an object in both kinds, and prints what came of each: `done`, or the code of the failure, its message,
 * and the code of its cause. `node both-kinds.ts ENDPOINT KEY SECRET [WORKER [FILE]]`; a FILE is uploaded too.
 */
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly cause?: { readonly code?: string };
}

async function outcomeOf(isAsync: boolean): Promise<unknown> {
  const [, , endpoint = '', key = '', secret = '', worker, file] = process.argv;
  try {
    const driver = connect(googleStorage, { endpoint, key, secret, async: isAsync, ...(worker && { worker }) });
    const container = `kinds-${isAsync}-${process.pid}`;
    await driver.createContainer(container);
    await driver.writeObject('written and read', container, 'object');
    const bytes = await driver.readObject({ container, name: 'object' });
    if (new TextDecoder().decode(bytes) !== 'written and read') throw new Error('other bytes were read');
    if (file) await driver.uploadObject(file, container, 'file');
    await driver.close();
    return 'done';
  } catch (failure) {
    const { code, message, cause } = failure as Failure;
    return { code, message, cause: cause?.code };
  }
}

async function main(): Promise<void> {
  const [blocking, async] = [await outcomeOf(false), await outcomeOf(true)];
  console.log(JSON.stringify({ blocking, async }));
}

void main();
