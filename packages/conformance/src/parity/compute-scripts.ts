/** The calls of compute whose exchanges are compared. The clouds that they run against do everything at once. */
import type { CreateNodeOptions, Node } from '@isobar/core';
import { itemsOf } from '../bytes.ts';
import type { AnyCompute } from '../driver.ts';
import type { Script } from './script.ts';

/** A public key whose private half nobody has. */
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const token = 'the same for each try and driver';
const wait = { pollIntervalMs: 10_000, timeoutMs: 20_000 } as const;

async function create(driver: AnyCompute, options?: CreateNodeOptions): Promise<Node> {
  const [[size], [image]] = [await driver.listSizes(), await driver.listImages()];
  return await driver.createNode('isobar-parity', size?.id ?? '', image?.id ?? '', options);
}

/** What is the same of a node in each run. */
const shown = ({ name, publicIps, size, image, state }: Node) => ({
  name,
  size,
  image,
  state,
  count: publicIps.length,
});

/** A script that begins with a node and ends without it. */
function withNode(title: string, run: (driver: AnyCompute, node: Node) => unknown): Script<AnyCompute> {
  return {
    title,
    async run(driver) {
      const node = await create(driver);
      try {
        return await run(driver, node);
      } finally {
        await driver.destroyNode(node);
      }
    },
  };
}

/** One script for each operation, and for each way in which calls fail. */
export const computeScripts: readonly Script<AnyCompute>[] = [
  { title: 'listNodes', run: (driver) => driver.listNodes() },
  {
    title: 'listNodes, some',
    run: (driver) => driver.listNodes({ state: 'running', namePrefix: 'test-', pageSize: 1 }),
  },
  { title: 'iterateNodes', run: (driver) => itemsOf(driver.iterateNodes()) },
  { title: 'iterateNodes by page', run: (driver) => itemsOf(driver.iterateNodes({ pageSize: 1 }).pages()) },
  {
    title: 'getNode',
    async run(driver) {
      const [first] = await driver.listNodes();
      return first && (await driver.getNode(first.id));
    },
  },
  { title: 'getNode of a missing node', run: (driver) => driver.getNode('no such/node') },
  { title: 'getNode without an id', run: (driver) => driver.getNode('') },
  { title: 'listNodes with wrong credentials', run: (_, { open, wrong }) => open(wrong).listNodes() },
  {
    title: 'listNodes while the service is unavailable',
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: (driver) => driver.listNodes(),
  },
  {
    title: 'listNodes while the service stays unavailable',
    faults: { fault: { kind: 'status', status: 503 }, times: 100 },
    run: (driver) => driver.listNodes(),
  },
  {
    title: 'listNodes over a connection that is reset',
    faults: { fault: { kind: 'reset' }, times: 1 },
    run: (driver) => driver.listNodes(),
  },
  { title: 'listSizes', run: (driver) => driver.listSizes() },
  { title: 'listSizes of a location', run: async (driver) => driver.listSizes((await driver.listLocations())[0]) },
  { title: 'listImages', run: (driver) => driver.listImages() },
  { title: 'listLocations', run: (driver) => driver.listLocations() },
  { title: 'getImage', run: async (driver) => driver.getImage((await driver.listImages())[0]?.id ?? '') },
  withNode('createNode', (_, node) => shown(node)),
  {
    title: 'createNode, the answer lost',
    faults: { fault: { kind: 'reset', when: 'after' }, times: 4 },
    run: async (driver) =>
      await driver.createNode('isobar-parity', 'no-such-size', 'no-such-image', { clientToken: token }),
  },
  withNode('createNode with a password made by the cloud', async (driver) => {
    const node = await create(driver, { auth: { generatePassword: true } });
    await driver.destroyNode(node);
    return { ...shown(node), hasPassword: 'generatedPassword' in node };
  }),
  withNode('rebootNode, stopNode, startNode, each awaited', async (driver, node) => {
    const states: string[] = [];
    const arrive = async (state: Node['state']) => {
      states.push(...(await driver.waitForNodes([node], { ...wait, state })).map((there) => there.state));
    };
    await arrive('running');
    await driver.rebootNode(node);
    await arrive('running');
    await driver.stopNode(node);
    await arrive('stopped');
    await driver.startNode(node.id);
    await arrive('running');
    await driver.destroyNode(node);
    await arrive('terminated');
    return states;
  }),
  withNode('waitUntilRunning', async (driver, node) => {
    const [ready] = await driver.waitUntilRunning([node], { ...wait, family: 'any' });
    return [ready?.node.state, ready?.addresses.length];
  }),
  { title: 'waitForNodes of a missing node', run: (driver) => driver.waitForNodes(['no-such-node'], wait) },
  { title: 'waitForNodes of the same node twice', run: (driver) => driver.waitForNodes(['a', 'a']) },
  {
    title: 'waitForNodes while the service is unavailable',
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: (driver) => driver.waitForNodes(['no-such-node'], wait),
  },
  { title: 'rebootNode of a missing node', run: (driver) => driver.rebootNode('no-such-node') },
  {
    title: 'rebootNode, the answer lost',
    faults: { fault: { kind: 'reset', when: 'after' }, times: 1 },
    run: (driver) => driver.rebootNode('no-such-node'),
  },
  { title: 'destroyNode of a missing node', run: (driver) => driver.destroyNode('no-such-node') },
  withNode('createImage, deleteImage', async (driver, node) => {
    const image = await driver.createImage(node, 'isobar-parity', { description: 'as of today' });
    await driver.deleteImage(image);
    return image.name;
  }),
  {
    title: 'copyImage of a missing image',
    run: (driver) => driver.copyImage('us-east', 'no-such-image', 'isobar-parity'),
  },
  withNode('volumes and snapshots', async (driver, node) => {
    const volume = await driver.createVolume(3, 'isobar-parity');
    await driver.attachVolume(node, volume, { device: '/dev/sdx' });
    const { device, sizeGb, state } = await driver.getVolume(volume.id);
    await driver.detachVolume(volume);
    const snapshot = await driver.createVolumeSnapshot(volume, { name: 'isobar-parity' });
    const snapshots = (await driver.listVolumeSnapshots(volume)).map(({ name }) => name);
    await driver.getVolumeSnapshot(snapshot.id);
    await driver.destroyVolumeSnapshot(snapshot);
    await driver.destroyVolume(volume);
    return { device, sizeGb, state, snapshots };
  }),
  { title: 'listVolumes', run: (driver) => driver.listVolumes() },
  { title: 'destroyVolume of a missing volume', run: (driver) => driver.destroyVolume('no-such-volume') },
  { title: 'createVolume of no size', run: (driver) => driver.createVolume(0, 'isobar-parity') },
  {
    title: 'key pairs',
    async run(driver) {
      const made = await driver.createKeyPair('isobar-parity');
      await driver.deleteKeyPair(made);
      const imported = await driver.importKeyPairFromString('isobar-parity', key);
      const found = [await driver.getKeyPair('isobar-parity'), ...(await driver.listKeyPairs())];
      await driver.deleteKeyPair('isobar-parity');
      return [Object.keys(made).sort(), imported, found];
    },
  },
  {
    title: 'importKeyPairFromFile of a missing file',
    run: (driver) => driver.importKeyPairFromFile('k', '/no/such/file'),
  },
];
