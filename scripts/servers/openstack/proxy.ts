/**
 * A proxy before an OpenStack cloud that loses answers, delays and damages them on request: the emulator's faults and log before
 * other people's services. Keystone is reached through a second address, without faults; it gives the addresses of this proxy.
 *
 *   node proxy.ts PORT    PORT is that of Keystone, as in start.sh; prints both addresses as JSON; ends with its standard input
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFaults } from '../../../packages/emulator/src/front/faults.ts';
import { createJournal } from '../../../packages/emulator/src/front/journal.ts';
import type { Reply } from '../../../packages/emulator/src/front/reply.ts';
import { createFront, type FrontOptions } from '../../../packages/emulator/src/front/server.ts';

const keystone = Number(process.argv[2]);
/** The longest that the cloud needs for anything, in milliseconds. The kit would advance a clock instead. */
const settleMs = 4000;

/** Sends a request to the service at a port, and gives its answer. */
async function forward(incoming: IncomingMessage, port: number, path: string): Promise<Reply> {
  const body = await buffer(incoming);
  const { connection: _, host: __, 'transfer-encoding': ___, ...headers } = incoming.headers;
  const outgoing = send({ host: '127.0.0.1', port, path, method: incoming.method, headers, agent: false });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const bytes = await buffer(answer);
  const { connection: ____, 'transfer-encoding': _____, ...kept } = answer.headers;
  // Keystone closes each connection. The proxy does not, so that faults meet the request that they are meant for.
  return { status: answer.statusCode ?? 502, headers: { ...kept, 'content-length': bytes.length }, body: bytes };
}

/** `/s3/v2.1/servers`: the service at the third port after Keystone's. */
function placeOf(target: string): { readonly port: number; readonly path: string } {
  const [, offset = '0', path = ''] = /^\/s(\d)(.*)$/.exec(target) ?? [];
  return { port: keystone + Number(offset), path: path || '/' };
}

/** Sets the quotas of the project, as its administrator. No number: as many as the tests need. */
async function setQuotas(request: IncomingMessage): Promise<Reply> {
  const { nodes, volumes } = JSON.parse((await buffer(request)).toString()) as {
    nodes: number | null;
    volumes: number | null;
  };
  const { project, token } = await administrator();
  const set = async (offset: number, path: string, quota: object): Promise<void> => {
    const headers = { 'content-type': 'application/json', 'x-auth-token': token };
    const init = { method: 'PUT', headers, body: JSON.stringify({ quota_set: quota }) };
    const answer = await fetch(`http://127.0.0.1:${keystone + offset}${path}`, init);
    if (!answer.ok) throw new Error(`the quotas: ${answer.status} ${await answer.text()}`);
  };
  await set(3, `/v2.1/os-quota-sets/${project.own}`, { instances: nodes ?? 60, force: true });
  await set(5, `/v3/${project.admin}/os-quota-sets/${project.own}`, { volumes: volumes ?? 100 });
  return { status: 204, headers: {} };
}

async function administrator(): Promise<{ token: string; project: { own: string; admin: string } }> {
  const [admin, own] = await Promise.all([
    tokenOf('admin', 'testadmin', 'admin'),
    tokenOf('test', 'testsecret', 'test'),
  ]);
  return { token: admin.token, project: { own: own.project, admin: admin.project } };
}

async function tokenOf(name: string, password: string, project: string): Promise<{ token: string; project: string }> {
  const domain = { name: 'Default' };
  const identity = { methods: ['password'], password: { user: { name, password, domain } } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { name: project, domain } } } });
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
    if (route === 'PUT quotas') return setQuotas(request);
    if (route !== 'POST clock') return undefined;
    const { advance_ms: milliseconds } = JSON.parse((await buffer(request)).toString()) as { advance_ms: number };
    await sleep(Math.min(milliseconds, settleMs));
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
      const { path, port } = placeOf(request.url ?? '/');
      return forward(request, port, path);
    },
  },
  options as FrontOptions,
);
const services = await listen(front);
const identity = createServer(async (request, response) => {
  const { body, headers, status } = await forward(request, keystone, request.url ?? '/');
  const text = String(body).replace(/http:\/\/127\.0\.0\.1:(\d+)/g, (address, port: string) => {
    const offset = Number(port) - keystone;
    return offset > 0 && offset < 10 ? `${services}/s${offset}` : address;
  });
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
});
console.log(JSON.stringify({ services, authUrl: `${await listen(identity)}/v3` }));
process.stdin.on('end', () => process.exit()).resume();

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
