/** Regions, which only the test cloud has: one at a time, all at once, some of them down or far away. */
import type { TestComputeOperations } from '@isobar/compute-test';
import { type ComputeKit, type DriverMembers, type EitherKind, expectPlainData, type Suite } from '@isobar/conformance';
import type { Node } from '@isobar/core';
import { expect } from 'vitest';

/** A driver of the test cloud, for cases. */
export type AnyTestCompute = EitherKind<TestComputeOperations> & DriverMembers;

/** The kit's driver with the test cloud's own methods. */
export function testCloudOf({ driver }: Pick<ComputeKit, 'driver'>): AnyTestCompute {
  return driver as unknown as AnyTestCompute;
}

const fastWait = { pollIntervalMs: 10, timeoutMs: 20_000 } as const;
const noRetry = { retry: false } as const;

/** Cases about regions. @param endpoint The emulator's, to take regions down or make them slow. */
export function regionSuite(endpoint: string): Suite<ComputeKit> {
  const change = async (region: string, state: object): Promise<void> => {
    const url = `${endpoint}/_emulator/regions/${region}`;
    const response = await fetch(url, { method: 'PUT', body: JSON.stringify(state) });
    if (!response.ok) throw new Error(`the emulator answered ${response.status}`);
    await response.arrayBuffer();
  };
  /** Puts regions into a state until the end of the case. */
  const during = async (kit: ComputeKit, regions: readonly string[], state: object): Promise<void> => {
    kit.afterwards(() => Promise.all(regions.map((region) => change(region, { down: false, latency_ms: 0 }))));
    await Promise.all(regions.map((region) => change(region, state)));
  };
  /** A new node in a region, removed after the case. */
  const nodeIn = async (kit: ComputeKit, region: string): Promise<Node> => {
    const there = testCloudOf({ driver: kit.open({ region }) });
    const [name, { image, size }] = [kit.newName(), await kit.parts()];
    const node = await there.createNode(name, size, image, { exSimulate: { bootMs: 20 } });
    kit.afterwards(async () => await there.destroyNode(node));
    return node;
  };

  return {
    title: 'regions',
    cases: [
      {
        title: 'are listed, at least eight, with the home region',
        async run(kit) {
          const cloud = testCloudOf(kit);
          const regions = await cloud.exListRegions();
          expect(regions.length).toBeGreaterThanOrEqual(8);
          expect(regions.map(({ status }) => status)).toEqual(regions.map(() => 'up'));
          const { answered } = await cloud.exListNodesInRegions(regions);
          const home = await cloud.listNodes();
          const ids = answered.map(({ nodes }) => nodes.map(({ id }) => id).join());
          expect(ids).toContain(home.map(({ id }) => id).join());
        },
      },
      {
        title: 'are reported as down',
        async run(kit) {
          await during(kit, ['eu-west'], { down: true });
          const regions = await testCloudOf(kit).exListRegions();
          expect(regions.find(({ id }) => id === 'eu-west')?.status).toBe('down');
        },
      },
      {
        title: 'are used when an option of the driver names them',
        async run(kit) {
          const node = await nodeIn(kit, 'eu-west');
          expect(node).toMatchObject({ region: 'eu-west' });
          expect((await kit.driver.listNodes()).map(({ id }) => id)).not.toContain(node.id);
          expect((await kit.open({ region: 'eu-west' }).listNodes()).map(({ id }) => id)).toContain(node.id);
        },
      },
      {
        title: 'that do not exist are not found',
        async run({ fails, open }) {
          const driver = open({ region: 'no/such' });
          await fails(() => driver.listNodes(), { code: 'not-found', details: { region: 'no/such', status: 404 } });
        },
      },
      {
        title: 'are all asked concurrently, and give their nodes in order',
        async run(kit) {
          const cloud = testCloudOf(kit);
          const node = await nodeIn(kit, 'ap-south');
          const { answered, cancelled, failed } = await cloud.exListNodesInRegions();
          expect(answered.map(({ region }) => region)).toEqual((await cloud.exListRegions()).map(({ id }) => id));
          expect(answered.find(({ region }) => region === 'ap-south')?.nodes.map(({ id }) => id)).toEqual([node.id]);
          expect([failed, cancelled]).toEqual([[], []]);
        },
      },
      {
        title: 'that are down or missing do not affect the others, and report why',
        async run(kit) {
          const cloud = testCloudOf({ driver: kit.open(noRetry) });
          await during(kit, ['eu-west'], { down: true });
          const { answered, failed } = await cloud.exListNodesInRegions(['us-east', 'eu-west', 'nowhere', 'us-west']);
          expect(answered.map(({ region }) => region)).toEqual(['us-east', 'us-west']);
          expect(answered[0]?.nodes.length).toBeGreaterThan(0);
          expect(failed.map(({ error, region }) => [region, error.code, error.details.reason]).sort()).toEqual([
            ['eu-west', 'unavailable', 'region-down'],
            ['nowhere', 'not-found', 'not-found'],
          ]);
          expectPlainData(failed);
        },
      },
      {
        title: 'that are all down give no nodes and each reason',
        async run(kit) {
          const cloud = testCloudOf({ driver: kit.open(noRetry) });
          await during(kit, ['eu-west', 'us-west'], { down: true });
          const { answered, failed } = await cloud.exListNodesInRegions(['eu-west', 'us-west']);
          expect([answered, failed.length]).toEqual([[], 2]);
        },
      },
      {
        title:
          'are asked concurrently, in a blocking call too: slow ones are cancelled when enough others have answered',
        async run(kit) {
          await during(kit, ['eu-west', 'ap-south'], { latency_ms: 20_000 });
          const cloud = testCloudOf(kit);
          // In sequence, the first would answer first.
          const regions = ['eu-west', 'us-west', 'ap-south'];
          const { answered, cancelled, failed } = await cloud.exListNodesInRegions(regions, { enough: 1 });
          expect([answered.map(({ region }) => region), cancelled, failed]).toEqual([
            ['us-west'],
            ['eu-west', 'ap-south'],
            [],
          ]);
        },
      },
      {
        title: 'that are slow fail at their own time limit, and do not affect the others',
        async run(kit) {
          await during(kit, ['eu-west'], { latency_ms: 20_000 });
          const cloud = testCloudOf(kit);
          const options = { regionTimeoutMs: 1000 };
          const { answered, failed } = await cloud.exListNodesInRegions(['eu-west', 'us-west'], options);
          expect(answered.map(({ region }) => region)).toEqual(['us-west']);
          expect(failed).toMatchObject([{ region: 'eu-west', error: { code: 'timeout' } }]);
        },
      },
      {
        title: 'that are slow fail with the call at its time limit',
        async run(kit) {
          await during(kit, ['eu-west'], { latency_ms: 20_000 });
          const call = () => testCloudOf(kit).exListNodesInRegions(['eu-west', 'us-west'], { timeoutMs: 500 });
          await kit.fails(call, { code: 'timeout' });
        },
      },
      {
        title: 'fail together when the credentials are wrong',
        async run({ fails, open, wrongCredentials }) {
          const cloud = testCloudOf({ driver: open(wrongCredentials) });
          await fails(() => cloud.exListNodesInRegions(['us-east', 'eu-west']), { code: 'unauthenticated' });
        },
      },
      {
        title: 'of nodes are found by every method',
        async run(kit) {
          const cloud = testCloudOf(kit);
          const nodes = [await nodeIn(kit, 'eu-west'), await nodeIn(kit, 'ap-south'), await kit.node()];
          const running = await cloud.waitForNodes(nodes, fastWait);
          expect(running.map(({ id, region }) => [id, region])).toEqual([
            [nodes[0]?.id, 'eu-west'],
            [nodes[1]?.id, 'ap-south'],
            [nodes[2]?.id, undefined],
          ]);
          const [first] = running;
          if (!first) throw new Error('there is no node');
          await cloud.stopNode(first);
          expect((await cloud.waitForNodes([first], { ...fastWait, state: 'stopped' }))[0]?.region).toBe('eu-west');
        },
      },
      {
        title: 'can copy images from each other',
        async run(kit) {
          const { afterwards, fails, newName, open, runningNode, server } = kit;
          const cloud = testCloudOf(kit);
          const image = await cloud.createImage(await runningNode(), newName());
          afterwards(async () => await cloud.deleteImage(image));
          const [abroad, name] = [open({ region: 'eu-west' }), newName()];
          await fails(() => abroad.copyImage('us-east', image, name), { code: 'wrong-state' });
          await server.clock?.advance(60_000);
          const copy = await abroad.copyImage('us-east', image, name);
          afterwards(async () => await abroad.deleteImage(copy));
          expect(copy).toMatchObject({ name, state: 'pending' });
          expect((await abroad.listImages()).map(({ id }) => id)).toContain(copy.id);
        },
      },
      {
        title: 'limit their rate, report how long to wait, and answer afterwards',
        async run({ afterwards, fails, open, requestsOf, server }) {
          const set = async (path: string, value: object | null, method = 'PUT') => {
            const response = await fetch(`${endpoint}/_emulator/${path}`, { method, body: JSON.stringify(value) });
            await response.arrayBuffer();
          };
          afterwards(() => set('clock', { frozen: false }, 'POST'));
          afterwards(() => set('rate-limit', null));
          await set('clock', { frozen: true }, 'POST');
          await set('rate-limit', { requests_per_second: 1, burst: 1 });
          // The budget is less than a second, too short to wait.
          const driver = open({ retry: { attempts: 10, baseDelayMs: 1, budgetMs: 500 } });
          await driver.listNodes();
          const limited = { code: 'rate-limited', details: { retryAfterMs: 1000 } } as const;
          expect(await requestsOf(async () => await fails(() => driver.listNodes(), limited))).toBe(1);
          await server.clock?.advance(1000);
          await driver.listNodes();
        },
      },
    ],
  };
}
