/** The contenders: the floor, bare undici with the very same request, and every design in both colours. */
import { testCompute } from '@isobar/compute-test';
import type { HttpRequest, Operation } from '@isobar/core/provider';
import { defaultRetryPolicy } from '@isobar/core/provider';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import type { Emulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { Agent, request } from 'undici';
import type { Contender } from './measure.ts';

/** `listNodes`: two nodes as JSON. */
export function computeContenders(emulator: Emulator): Contender[] {
  const options = { key: emulator.user, secret: emulator.password, endpoint: emulator.compute };
  const operations = testCompute.operations({ ...options, allowPlainHttp: false }, { retry: defaultRetryPolicy });
  const sent = firstRequest(operations.listNodes());
  const dispatcher = new Agent();
  const session = connectSession(testCompute, options);
  const asyncSession = new AsyncSession(session);
  const mixin = connectMixin(testCompute, options);
  const flag = connectFlag(testCompute, options);
  const asyncFlag = connectFlag(testCompute, { ...options, async: true });
  return [
    {
      name: 'undici.request + json',
      async run() {
        const { body } = await request(sent.origin + sent.path, { dispatcher, headers: sent.headers });
        return ((await body.json()) as unknown[]).length;
      },
    },
    { name: 'session, async', run: async () => (await asyncSession.listNodes()).length },
    { name: 'mixin, async', run: async () => (await mixin.listNodesAsync()).length },
    { name: 'flag, async', run: async () => (await asyncFlag.listNodes()).length },
    { name: 'session, blocking', run: () => session.listNodes().length },
    { name: 'mixin, blocking', run: () => mixin.listNodes().length },
    { name: 'flag, blocking', run: () => flag.listNodes().length },
  ];
}

/** `readObject` of 1 KiB: signed, and its checksum verified. The floor sends a request that was signed before. */
export async function storageContenders(emulator: Emulator): Promise<Contender[]> {
  const options = { key: emulator.accessKey, secret: emulator.secret, endpoint: emulator.storage };
  const object = { container: 'bench', name: '1-kib' };
  const asyncFlag = connectFlag(googleStorage, { ...options, async: true });
  await asyncFlag.createContainer(object.container);
  await asyncFlag.writeObject(new Uint8Array(1024).fill(7), object.container, object.name);
  const operations = googleStorage.operations({ ...options, allowPlainHttp: false }, { retry: defaultRetryPolicy });
  const sent = firstRequest(operations.readObject(object));
  const dispatcher = new Agent();
  const session = connectSession(googleStorage, options);
  const asyncSession = new AsyncSession(session);
  const mixin = connectMixin(googleStorage, options);
  const flag = connectFlag(googleStorage, options);
  return [
    {
      name: 'undici.request + arrayBuffer',
      async run() {
        const { body } = await request(sent.origin + sent.path, { dispatcher, headers: sent.headers });
        return (await body.arrayBuffer()).byteLength;
      },
    },
    { name: 'session, async', run: async () => (await asyncSession.readObject(object)).length },
    { name: 'mixin, async', run: async () => (await mixin.readObjectAsync(object)).length },
    { name: 'flag, async', run: async () => (await asyncFlag.readObject(object)).length },
    { name: 'session, blocking', run: () => session.readObject(object).length },
    { name: 'mixin, blocking', run: () => mixin.readObject(object).length },
    { name: 'flag, blocking', run: () => flag.readObject(object).length },
  ];
}

/** The first request of an operation, signed and all: what the floor sends. */
function firstRequest(operation: Operation<unknown>): HttpRequest {
  let next = operation.next();
  while (!next.done) {
    if (next.value.kind === 'exchange') return next.value.request;
    if (next.value.kind !== 'clock') throw new Error(`${next.value.kind} before the first exchange`);
    next = operation.next(Date.now());
  }
  throw new Error('the operation made no exchange');
}
