/** Cases for what only OpenStack has, against a real cloud. */
import type { OpenStackOperations } from '@isobar/compute-openstack';
import { type ComputeKit, type DriverMembers, type EitherKind, expectPlainData, type Suite } from '@isobar/conformance';
import { expect } from 'vitest';

type AnyOpenStack = EitherKind<OpenStackOperations> & DriverMembers;

/** The kit's driver with OpenStack's own methods. */
function openStackOf({ driver }: Pick<ComputeKit, 'driver'>): AnyOpenStack {
  return driver as unknown as AnyOpenStack;
}

const wait = { pollIntervalMs: 50, timeoutMs: 20_000 } as const;

/** Waits until Nova's own status of a node is another one. */
async function reaches(cloud: AnyOpenStack, id: string, status: string): Promise<void> {
  await expect
    .poll(async () => (await cloud.getNode(id)).extra.status, { timeout: 20_000, interval: 100 })
    .toBe(status);
}

/** Cases for OpenStack's own methods. */
export const openStackSuites: readonly Suite<ComputeKit>[] = [
  {
    title: 'regions',
    cases: [
      {
        title: 'are listed, and their nodes together',
        async run(kit) {
          const cloud = openStackOf(kit);
          const regions = (await cloud.exListRegions()).map(({ id }) => id);
          expect(regions).toEqual(['RegionOne', 'RegionTwo']);
          const made = await kit.node();
          const { answered, failed } = await cloud.exListNodesInRegions(undefined, { namePrefix: made.name });
          expect(failed).toEqual([]);
          // Both names are of one cloud.
          expect(answered.map(({ nodes, region }) => [region, nodes.map(({ id }) => id)])).toEqual(
            regions.map((region) => [region, [made.id]]),
          );
        },
      },
      {
        title: 'that do not exist do not hide the others',
        async run(kit) {
          const { answered, failed } = await openStackOf(kit).exListNodesInRegions(['RegionOne', 'Nowhere']);
          expect(answered).toHaveLength(1);
          expect(failed).toMatchObject([{ region: 'Nowhere', error: { code: 'invalid-argument' } }]);
        },
      },
    ],
  },
  {
    title: 'networks',
    cases: [
      {
        title: 'are listed, and a node is put on one of them or on none',
        async run(kit) {
          const cloud = openStackOf(kit);
          const networks = await cloud.exListNetworks();
          expectPlainData(networks);
          const inside = networks.find(({ isExternal }) => !isExternal);
          expect(networks.some(({ isExternal }) => isExternal)).toBe(true);
          const { image, size } = await kit.parts();
          const name = kit.newName();
          kit.removeNodesLater(name);
          const made = await cloud.createNode(name, size, image, { exNetworks: inside ? [inside] : [] });
          const [ready] = await cloud.waitUntilRunning([made], { ...wait, addresses: 'private' });
          expect(ready?.addresses[0]).toMatch(/^10\.20\./);
          const none = await cloud.createNode(name, size, image, { exNetworks: 'none' });
          const [alone] = await cloud.waitForNodes([none], wait);
          expect([alone?.publicIps, alone?.privateIps]).toEqual([[], []]);
        },
      },
      {
        title: 'that do not exist are refused by the name of the option',
        async run(kit) {
          const { image, size } = await kit.parts();
          const exNetworks = ['00000000-0000-4000-8000-000000000000'];
          const call = () => openStackOf(kit).createNode(kit.newName(), size, image, { exNetworks });
          await kit.fails(call, { code: 'invalid-argument', details: { field: 'exNetworks' } });
        },
      },
      {
        title: 'have floating addresses, which lead to a node and from it',
        async run(kit) {
          const cloud = openStackOf(kit);
          const outside = (await cloud.exListNetworks()).find(({ isExternal }) => isExternal);
          const address = await cloud.exCreateFloatingAddress(outside?.id ?? '');
          kit.afterwards(() => cloud.exDeleteFloatingAddress(address));
          const [node] = await cloud.waitForNodes([await kit.node({ addresses: 'private' })], wait);
          if (!node) throw new Error('the node does not run');
          const assigned = await cloud.exAssignFloatingAddress(address, node);
          expect(assigned).toMatchObject({ address: address.address, privateIp: expect.stringMatching(/^10\.20\./) });
          const [ready] = await cloud.waitUntilRunning([node], wait);
          expect(ready?.addresses).toEqual([address.address]);
          expect(await cloud.exListFloatingAddresses()).toContainEqual(expect.objectContaining({ id: address.id }));
          expect(await cloud.exUnassignFloatingAddress(address)).not.toHaveProperty('port');
        },
      },
      {
        title: 'have security groups with rules, which nodes are in',
        async run(kit) {
          const cloud = openStackOf(kit);
          const name = kit.newName();
          const rules = [{ protocol: 'tcp', ports: 443 }, { protocol: 'icmp' }, { from: 'fd00::/8' }] as const;
          const group = await cloud.exCreateSecurityGroup(name, rules);
          let isGone = false;
          kit.afterwards(async () => {
            if (!isGone) await cloud.exDeleteSecurityGroup(group);
          });
          expect(await cloud.exListSecurityGroups()).toContainEqual(group);
          const made = await kit.node({ addresses: 'private' }, { exSecurityGroups: [name] } as object);
          const [running] = await cloud.waitForNodes([made], wait);
          expect(running?.extra.securityGroups).toContain(name);
          const { code } = (await Promise.resolve()
            .then(() => cloud.exDeleteSecurityGroup(group))
            .catch((failure: unknown) => failure)) as { code: string };
          expect(code).toBe('wrong-state');
          await cloud.destroyNode(made);
          await cloud.waitForNodes([made], { ...wait, state: 'terminated' });
          await cloud.exDeleteSecurityGroup(group);
          isGone = true;
        },
      },
    ],
  },
  {
    title: 'nodes of OpenStack',
    cases: [
      {
        title: 'are resized, and the change is confirmed or reverted',
        timeoutMs: 60_000,
        async run(kit) {
          const cloud = openStackOf(kit);
          const node = await kit.runningNode();
          const sizes = await cloud.listSizes();
          const other = sizes.find(({ name }) => name === 'm1.small')?.id ?? '';
          await cloud.exResizeNode(node, other);
          await reaches(cloud, node.id, 'VERIFY_RESIZE');
          expect((await cloud.getNode(node.id)).state).toBe('reconfiguring');
          await cloud.exRevertResize(node);
          await reaches(cloud, node.id, 'ACTIVE');
          expect((await cloud.getNode(node.id)).size).toBe(node.size);
          await cloud.exResizeNode(node, other);
          await reaches(cloud, node.id, 'VERIFY_RESIZE');
          await cloud.exConfirmResize(node);
          await reaches(cloud, node.id, 'ACTIVE');
          expect((await cloud.getNode(node.id)).size).toBe(other);
          await kit.fails(() => cloud.exConfirmResize(node), { code: 'wrong-state', details: { node: node.id } });
        },
      },
      {
        title: 'are rebuilt, and rescued',
        timeoutMs: 60_000,
        async run(kit) {
          const cloud = openStackOf(kit);
          const node = await kit.runningNode();
          await cloud.exRebuildNode(node, node.image ?? '');
          await cloud.waitForNodes([node], wait);
          const { password } = await cloud.exRescueNode(node);
          expect(password?.length).toBeGreaterThanOrEqual(8);
          await reaches(cloud, node.id, 'RESCUE');
          await cloud.exUnrescueNode(node);
          await reaches(cloud, node.id, 'ACTIVE');
        },
      },
      {
        title: 'are rebooted hard when they are stopped',
        async run(kit) {
          const cloud = openStackOf(kit);
          const node = await kit.runningNode();
          await cloud.stopNode(node);
          await cloud.waitForNodes([node], { ...wait, state: 'stopped' });
          await cloud.rebootNode(node, { exHard: true });
          await cloud.waitForNodes([node], wait);
        },
      },
      {
        title: 'that no host can take fail with the words of the cloud',
        async run(kit) {
          const cloud = openStackOf(kit);
          const [size, { image }] = [
            (await cloud.listSizes()).find(({ name }) => name === 'test.nohost'),
            await kit.parts(),
          ];
          const name = kit.newName();
          kit.removeNodesLater(name);
          const made = await cloud.createNode(name, size?.id ?? '', image);
          const failure = await kit.fails(() => cloud.waitForNodes([made], wait), {
            code: 'wrong-state',
            details: { node: made.id, state: 'error' },
          });
          expect(failure.message).toContain('No valid host was found');
          expect((await cloud.getNode(made.id)).stateReason).toContain('No valid host');
        },
      },
      {
        title: 'are refused above the quota, which another project has',
        async run(kit) {
          const cloud = openStackOf({ driver: kit.open({ project: 'testtwo' }) });
          const name = kit.newName();
          const { image } = await kit.parts();
          const size = (await cloud.listSizes()).find(({ cpus }) => cpus === 4)?.id ?? '';
          const call = () => cloud.createNode(name, size, image, { exNetworks: 'none' });
          await kit.fails(call, { code: 'quota-exceeded', details: { operation: 'createNode', status: 403 } });
          expect(await cloud.listNodes({ namePrefix: name })).toEqual([]);
        },
      },
      {
        title: 'count against quotas',
        async run(kit) {
          const cloud = openStackOf(kit);
          const before = await cloud.exGetQuotas();
          expect(before.nodes.max).toBeGreaterThan(before.nodes.used);
          await kit.runningNode();
          expect((await cloud.exGetQuotas()).nodes.used).toBeGreaterThan(before.nodes.used);
        },
      },
    ],
  },
];
