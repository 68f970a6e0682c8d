/** What `connect` of each design promises to the compiler. Compiled with the other checks; nothing here runs. */
import type { CreatedTestNode, RegionalNodes, TestNode } from '@isobar/compute-test';
import { testCompute } from '@isobar/compute-test';
import { type AsyncListing, type BlockingListing, getProvider, type Provider, type ReachableNode } from '@isobar/core';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import { type GoogleObject, type GoogleStorageProvider, googleStorage } from '@isobar/storage-google';
import { expectTypeOf, test } from 'vitest';

const options = { key: 'apache', secret: 'libcloud' };

test('flag: the kind follows the flag', () => {
  expectTypeOf(connectFlag(testCompute, options).listNodes()).toEqualTypeOf<TestNode[]>();
  expectTypeOf(connectFlag(testCompute, { ...options, async: false }).listNodes()).toEqualTypeOf<TestNode[]>();
  expectTypeOf(connectFlag(testCompute, { ...options, async: true }).listNodes()).toEqualTypeOf<Promise<TestNode[]>>();
  const isAsync: boolean = process.argv.length > 2;
  const either = connectFlag(testCompute, { ...options, async: isAsync });
  expectTypeOf(either.listNodes()).toEqualTypeOf<TestNode[] | Promise<TestNode[]>>();
  // @ts-expect-error a driver of either kind has no method that disposes of it in only one
  either[Symbol.asyncDispose]();
});

test('mixin: both kinds, under two names', () => {
  const driver = connectMixin(googleStorage, options);
  expectTypeOf(driver.getObject('c', 'o')).toEqualTypeOf<GoogleObject>();
  expectTypeOf(driver.getObjectAsync('c', 'o')).toEqualTypeOf<Promise<GoogleObject>>();
  expectTypeOf(driver.iterateContainerObjects('c')).toEqualTypeOf<BlockingListing<GoogleObject>>();
  expectTypeOf(driver.iterateContainerObjectsAsync('c')).toEqualTypeOf<AsyncListing<GoogleObject>>();
  // @ts-expect-error a blocked thread cannot see a signal fire
  driver.getObject('c', 'o', { signal: AbortSignal.timeout(1) });
  driver.getObjectAsync('c', 'o', { signal: AbortSignal.timeout(1) }).catch(() => {});
});

test('session: the methods of one driver, or an array of drivers', () => {
  const compute = connectSession(testCompute, options);
  const storage = connectSession(googleStorage, options);
  expectTypeOf(compute.listNodes()).toEqualTypeOf<TestNode[]>();
  expectTypeOf(new AsyncSession(compute).listNodes()).toEqualTypeOf<Promise<TestNode[]>>();
  const [nodes, objects] = new AsyncSession([compute, storage]);
  expectTypeOf(nodes.listNodes()).toEqualTypeOf<Promise<TestNode[]>>();
  expectTypeOf(objects.getObject('c', 'o')).toEqualTypeOf<Promise<GoogleObject>>();
  // @ts-expect-error a session is made around drivers of this design
  new AsyncSession(connectMixin(testCompute, options)).listNodes();
});

test('compute: nodes of the provider’s own type, waits that take a signal where it can be seen', () => {
  const blocking = connectFlag(testCompute, options);
  const awaited = connectMixin(testCompute, options);
  const node = blocking.createNode('n', 's', 'i', { auth: { generatePassword: true }, exSimulate: { bootMs: 5 } });
  expectTypeOf(node).toEqualTypeOf<CreatedTestNode>();
  expectTypeOf(node.extra.owner).toEqualTypeOf<unknown>();
  expectTypeOf(blocking.waitUntilRunning([node])).toEqualTypeOf<ReachableNode<TestNode>[]>();
  expectTypeOf(blocking.exListNodesInRegions()).toEqualTypeOf<RegionalNodes>();
  awaited.waitForNodesAsync([node.id], { state: 'stopped', signal: AbortSignal.timeout(1) }).catch(() => {});
  // @ts-expect-error a blocked thread cannot see a signal fire
  blocking.waitForNodes([node], { signal: AbortSignal.timeout(1) });
  // @ts-expect-error states are a closed union, in lower case
  blocking.waitForNodes([node], { state: 'RUNNING' });
  // @ts-expect-error one way to log in
  blocking.createNode('n', 's', 'i', { auth: { pasword: 'x' } });
  // @ts-expect-error a volume is no node
  blocking.rebootNode(blocking.getVolume('v'));
});

test('options: those of the provider and of the connection, and no others', () => {
  connectFlag(testCompute, { ...options, timeoutMs: 5, retry: false });
  // @ts-expect-error a secret is needed
  connectFlag(testCompute, { key: 'apache' });
  // @ts-expect-error there is no such option
  connectMixin(testCompute, { key: 'apache', secret: 'libcloud', regoin: 'x' });
});

test('options: exactly one way to authenticate, in every design', () => {
  const account = { client_email: 'a', private_key: 'b' };
  connectFlag(googleStorage, { serviceAccount: account, project: 'p', timeoutMs: 5 });
  connectMixin(googleStorage, { accessToken: async () => 't' });
  connectSession(googleStorage, { credentials: 'application-default', scopes: ['s'] });
  expectTypeOf(connectFlag(googleStorage, { credentials: 'anonymous', async: true }).getObject('c', 'o')).toEqualTypeOf<
    Promise<GoogleObject>
  >();
  // @ts-expect-error none is none
  connectFlag(googleStorage, { project: 'p' });
  // @ts-expect-error two are one too many
  connectMixin(googleStorage, { ...options, accessToken: 't' });
  // @ts-expect-error scopes are for tokens
  connectSession(googleStorage, { ...options, scopes: ['s'] });
  // @ts-expect-error there is no such option
  connectFlag(googleStorage, { accessToken: 't', regoin: 'x' });
});

test('getProvider: the exact provider for a literal id, in any case', () => {
  const id: typeof Provider.GOOGLE_STORAGE = 'google-storage';
  expectTypeOf(getProvider(id)).toEqualTypeOf<Promise<GoogleStorageProvider>>();
  expectTypeOf(getProvider('Google-Storage')).toEqualTypeOf<Promise<GoogleStorageProvider>>();
});
