/**
 * Records a session with a real OpenStack cloud, for `packages/compute-openstack/test/recorded.test.ts`. The cloud runs already:
 * `npm run test:servers -- openstack --keep` leaves it running.
 *
 *   node scripts/record-openstack.ts [PORT]    PORT is that of Keystone. Default 19350
 */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openstack } from '@isobar/compute-openstack';
import { connect } from '@isobar/design-flag';
import { described, documentOf, type Exchange } from '../packages/compute-openstack/testing/recording.ts';
import { playSession } from '../packages/compute-openstack/testing/session.ts';
import { forward, relocated } from './servers/openstack/forward.ts';
import { root, run } from './steps.ts';

const folder = join(root, 'packages/compute-openstack/test/recordings');
const exchanges: Exchange[] = [];
const keystone = Number(process.argv[2] ?? 19_350);
const keptHeaders = ['content-type', 'location', 'retry-after', 'x-openstack-request-id', 'x-compute-request-id'];
const recorder = createServer(async (request, response) => {
  const sent = await buffer(request);
  const { body, headers, status } = await forward(request, sent, keystone);
  const text = relocated(body.toString(), keystone, '{origin}');
  const kept = Object.entries(headers).filter(([name]) => keptHeaders.includes(name)) as [string, string][];
  const received = text === '' ? {} : { received: documentOf(text) };
  exchanges.push({ ...described(request, sent), status, headers: Object.fromEntries(kept), ...received });
  response.writeHead(status, headers).end(text.replaceAll('{origin}', origin));
});
await once(recorder.listen(0, '127.0.0.1'), 'listening');
const origin = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
const account = { username: 'test', password: 'testsecret', project: 'test', region: 'RegionOne' };
const options = { ...account, authUrl: `${origin}/s0/v3`, async: true } as const;
const driver = connect(openstack, options);
await removeLeftovers();
exchanges.length = 0;
const results = await playSession(driver);
await driver.close();
recorder.close();
recorder.closeAllConnections();
mkdirSync(folder, { recursive: true });
const lines = exchanges.map((exchange) => JSON.stringify(exchange));
writeFileSync(join(folder, 'session.json'), `[\n${lines.join(',\n')}\n]\n`);
writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
// As the linter wants them.
await run('biome', ['format', '--write', folder]);
console.log(`recorded: ${exchanges.length} exchanges, ${lines.join().length} characters`);

/** Removes what a session that failed has left. Another driver, so that the session still begins with a token. */
async function removeLeftovers(): Promise<void> {
  await using before = connect(openstack, options);
  const nodes = await before.listNodes({ namePrefix: 'recorded' });
  for (const node of nodes) await before.destroyNode(node);
  await before.waitForNodes(nodes, { state: 'terminated' });
  for (const volume of await before.listVolumes()) if (volume.name === 'recorded') await before.destroyVolume(volume);
  for (const { name } of await before.listKeyPairs()) if (name === 'recorded') await before.deleteKeyPair(name);
}
