/** The calls of compute whose exchanges are compared. The clouds that they run against do everything at once. */
import type { CreateNodeOptions, Node } from '@isobar/core';
import { itemsOf } from '../bytes.ts';
import type { AnyCompute } from '../face.ts';
import type { Script } from './script.ts';

/** A public key whose private half nobody has. */
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const token = 'the same for each try and face';
const wait = { pollIntervalMs: 10_000, timeoutMs: 20_000 } as const;

async function create(face: AnyCompute, options?: CreateNodeOptions): Promise<Node> {
  const [[size], [image]] = [await face.listSizes(), await face.listImages()];
  return await face.createNode('isobar-parity', size?.id ?? '', image?.id ?? '', options);
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
function withNode(title: string, run: (face: AnyCompute, node: Node) => unknown): Script<AnyCompute> {
  return {
    title,
    async run(face) {
      const node = await create(face);
      try {
        return await run(face, node);
      } finally {
        await face.destroyNode(node);
      }
    },
  };
}

/** One script for each operation, and for each way in which calls fail. */
export const computeScripts: readonly Script<AnyCompute>[] = [
  { title: 'listNodes', run: (face) => face.listNodes() },
  { title: 'listNodes, some', run: (face) => face.listNodes({ state: 'running', namePrefix: 'test-', pageSize: 1 }) },
  { title: 'iterateNodes', run: (face) => itemsOf(face.iterateNodes()) },
  { title: 'iterateNodes by page', run: (face) => itemsOf(face.iterateNodes({ pageSize: 1 }).pages()) },
  {
    title: 'getNode',
    async run(face) {
      const [first] = await face.listNodes();
      return first && (await face.getNode(first.id));
    },
  },
  { title: 'getNode of a missing node', run: (face) => face.getNode('no such/node') },
  { title: 'getNode without an id', run: (face) => face.getNode('') },
  { title: 'listNodes with wrong credentials', run: (_, { open, wrong }) => open(wrong).listNodes() },
  {
    title: 'listNodes while the service is unavailable',
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: (face) => face.listNodes(),
  },
  {
    title: 'listNodes while the service stays unavailable',
    faults: { fault: { kind: 'status', status: 503 }, times: 100 },
    run: (face) => face.listNodes(),
  },
  {
    title: 'listNodes over a connection that is reset',
    faults: { fault: { kind: 'reset' }, times: 1 },
    run: (face) => face.listNodes(),
  },
  { title: 'listSizes', run: (face) => face.listSizes() },
  { title: 'listSizes of a location', run: async (face) => face.listSizes((await face.listLocations())[0]) },
  { title: 'listImages', run: (face) => face.listImages() },
  { title: 'listLocations', run: (face) => face.listLocations() },
  { title: 'getImage', run: async (face) => face.getImage((await face.listImages())[0]?.id ?? '') },
  withNode('createNode', (_, node) => shown(node)),
  {
    title: 'createNode, the answer lost',
    faults: { fault: { kind: 'reset', when: 'after' }, times: 4 },
    run: async (face) =>
      await face.createNode('isobar-parity', 'no-such-size', 'no-such-image', { clientToken: token }),
  },
  withNode('createNode with a password made by the cloud', async (face) => {
    const node = await create(face, { auth: { generatePassword: true } });
    await face.destroyNode(node);
    return { ...shown(node), hasPassword: 'generatedPassword' in node };
  }),
  withNode('rebootNode, stopNode, startNode, each awaited', async (face, node) => {
    const states: string[] = [];
    const arrive = async (state: Node['state']) => {
      states.push(...(await face.waitForNodes([node], { ...wait, state })).map((there) => there.state));
    };
    await arrive('running');
    await face.rebootNode(node);
    await arrive('running');
    await face.stopNode(node);
    await arrive('stopped');
    await face.startNode(node.id);
    await arrive('running');
    await face.destroyNode(node);
    await arrive('terminated');
    return states;
  }),
  withNode('waitUntilRunning', async (face, node) => {
    const [ready] = await face.waitUntilRunning([node], { ...wait, family: 'any' });
    return [ready?.node.state, ready?.addresses.length];
  }),
  { title: 'waitForNodes of a missing node', run: (face) => face.waitForNodes(['no-such-node'], wait) },
  { title: 'waitForNodes of the same node twice', run: (face) => face.waitForNodes(['a', 'a']) },
  {
    title: 'waitForNodes while the service is unavailable',
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: (face) => face.waitForNodes(['no-such-node'], wait),
  },
  { title: 'rebootNode of a missing node', run: (face) => face.rebootNode('no-such-node') },
  {
    title: 'rebootNode, the answer lost',
    faults: { fault: { kind: 'reset', when: 'after' }, times: 1 },
    run: (face) => face.rebootNode('no-such-node'),
  },
  { title: 'destroyNode of a missing node', run: (face) => face.destroyNode('no-such-node') },
  withNode('createImage, deleteImage', async (face, node) => {
    const image = await face.createImage(node, 'isobar-parity', { description: 'as of today' });
    await face.deleteImage(image);
    return image.name;
  }),
  { title: 'copyImage of a missing image', run: (face) => face.copyImage('us-east', 'no-such-image', 'isobar-parity') },
  withNode('volumes and snapshots', async (face, node) => {
    const volume = await face.createVolume(3, 'isobar-parity');
    await face.attachVolume(node, volume, { device: '/dev/sdx' });
    const { device, sizeGb, state } = await face.getVolume(volume.id);
    await face.detachVolume(volume);
    const snapshot = await face.createVolumeSnapshot(volume, { name: 'isobar-parity' });
    const snapshots = (await face.listVolumeSnapshots(volume)).map(({ name }) => name);
    await face.getVolumeSnapshot(snapshot.id);
    await face.destroyVolumeSnapshot(snapshot);
    await face.destroyVolume(volume);
    return { device, sizeGb, state, snapshots };
  }),
  { title: 'listVolumes', run: (face) => face.listVolumes() },
  { title: 'destroyVolume of a missing volume', run: (face) => face.destroyVolume('no-such-volume') },
  { title: 'createVolume of no size', run: (face) => face.createVolume(0, 'isobar-parity') },
  {
    title: 'key pairs',
    async run(face) {
      const made = await face.createKeyPair('isobar-parity');
      await face.deleteKeyPair(made);
      const imported = await face.importKeyPairFromString('isobar-parity', key);
      const found = [await face.getKeyPair('isobar-parity'), ...(await face.listKeyPairs())];
      await face.deleteKeyPair('isobar-parity');
      return [Object.keys(made).sort(), imported, found];
    },
  },
  { title: 'importKeyPairFromFile of a missing file', run: (face) => face.importKeyPairFromFile('k', '/no/such/file') },
];
