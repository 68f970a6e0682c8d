/**
 * A proxy before an OpenStack cloud that loses answers, delays and damages them on request: the emulator's faults and log before
 * other people's services. Keystone is reached through a second address, without faults; it gives the addresses of this proxy.
 *
 *   node proxy.ts PORT    PORT is that of Keystone, as in start.sh; prints both addresses as JSON; ends with its standard input
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFaults } from '../../../packages/emulator/src/front/faults.ts';
import { createJournal } from '../../../packages/emulator/src/front/journal.ts';
import { createFront, type FrontOptions } from '../../../packages/emulator/src/front/server.ts';
import { forward, relocated } from './forward.ts';

const keystone = Number(process.argv[2]);
/** The longest that the cloud is waited for, in milliseconds, and how often it is looked at. */
const [settleMs, lookMs] = [5000, 200];

/** Waits until the cloud has done what was begun, in place of a clock that could be advanced. */
async function settle(milliseconds: number): Promise<void> {
  const { project, token } = await ownToken();
  const documentAt = async (offset: number, path: string): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${keystone + offset}${path}`, { headers: { 'x-auth-token': token } });
    return answer.text();
  };
  const until = Date.now() + Math.min(milliseconds, settleMs);
  while (Date.now() < until) {
    await sleep(lookMs);
    const servers = await documentAt(3, '/v2.1/servers/detail');
    const volumes = await documentAt(5, `/v3/${project}/volumes/detail`);
    const images = await documentAt(2, '/v2/images');
    const isBusy =
      /"status": "(BUILD|REBOOT)"|"OS-EXT-STS:task_state": "/.test(servers) ||
      /"status": "(creating|deleting|attaching|reserved|detaching)"/.test(volumes) ||
      /"status": "(queued|saving)"/.test(images);
    if (!isBusy) return;
  }
}

async function ownToken(): Promise<{ token: string; project: string }> {
  const domain = { name: 'Default' };
  const identity = { methods: ['password'], password: { user: { name: 'test', password: 'testsecret', domain } } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { name: 'test', domain } } } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${keystone}/v3/auth/tokens`, { method: 'POST', headers, body });
  const { token } = (await answer.json()) as { token: { project: { id: string } } };
  return { token: answer.headers.get('x-subject-token') ?? '', project: token.project.id };
}

const [faults, journal] = [createFaults(), createJournal()];
const options: Partial<FrontOptions> = {
  faults,
  journal,
  latencyMs: 0,
  bodyIdleMs: 60_000,
  reset() {},
  async answerCloud(request, route) {
    if (route !== 'POST clock') return undefined;
    const { advance_ms: milliseconds } = JSON.parse((await buffer(request)).toString()) as { advance_ms: number };
    await settle(milliseconds);
    return { status: 204, headers: {} };
  },
};
const front = createFront(
  {
    service: 'compute',
    claims: () => false,
    failWith: (status) => ({
      status,
      headers: { 'content-type': 'application/json' },
      body: '{"computeFault":{"message":"A requested fault."}}',
    }),
    async answer(request, proceed) {
      proceed();
      return forward(request, await buffer(request), keystone);
    },
  },
  options as FrontOptions,
);
const services = await listen(front);
const identity = createServer(async (request, response) => {
  const { body, headers, status } = await forward(request, await buffer(request), keystone);
  const text = relocated(body.toString(), keystone, services);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
});
console.log(JSON.stringify({ services, authUrl: `${await listen(identity)}/s0/v3` }));
process.stdin.on('end', () => process.exit()).resume();

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
