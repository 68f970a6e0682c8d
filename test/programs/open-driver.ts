/**
 * Uses drivers and closes none. The process must still end.
 * `node open-driver.ts ENDPOINT KEY SECRET`
 */
import { connect } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';

const [, , endpoint = '', key = '', secret = ''] = process.argv;
const driver = connect(googleStorage, { key, secret, endpoint });
const counts = [driver.listContainers().length, (await driver.listContainersAsync()).length];
const session = new AsyncSession(connectSession(googleStorage, { key, secret, endpoint }));
counts.push((await session.listContainers()).length);
for (const page of driver.iterateContainers().pages()) counts.push(page.items.length);
console.log(JSON.stringify(counts));
