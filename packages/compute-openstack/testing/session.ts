/** A session with a cloud, whose exchanges are recorded from a real one and replayed in tests. */
import type { DriverMembers, EitherKind } from '@isobar/conformance';
import type { OpenStackOperations } from '../src/operations.ts';

/** Plays the session, and gives what its calls returned, without what differs between two recordings. */
export async function playSession(cloud: EitherKind<OpenStackOperations> & DriverMembers): Promise<unknown> {
  const wait = { pollIntervalMs: 100, timeoutMs: 60_000 };
  const sizes = await cloud.listSizes();
  const [image] = await cloud.listImages();
  const locations = await cloud.listLocations();
  const token = { clientToken: 'recorded' };
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
  const keyPair = await cloud.importKeyPairFromString('recorded', key);
  const made = await cloud.createNode('recorded', sizes[0]?.id ?? '', image?.id ?? '', {
    ...token,
    auth: { keyPair },
    exMetadata: { role: 'web' },
    ...(locations[0] && { location: locations[0] }),
  });
  const again = await cloud.createNode('recorded', sizes[0]?.id ?? '', image?.id ?? '', token);
  const [ready] = await cloud.waitUntilRunning([made], { ...wait, addresses: 'private' });
  await cloud.stopNode(made);
  const [stopped] = await cloud.waitForNodes([made], { ...wait, state: 'stopped' });
  const volume = await cloud.createVolume(1, 'recorded', token);
  let waiting = await cloud.getVolume(volume.id);
  while (waiting.state === 'creating') waiting = await cloud.getVolume(volume.id);
  await cloud.attachVolume(made, volume);
  let attached = await cloud.getVolume(volume.id);
  while (attached.state !== 'inuse') attached = await cloud.getVolume(volume.id);
  const refusals = [
    await codeOf(() => cloud.destroyVolume(volume)),
    await codeOf(() => cloud.stopNode(made)),
    await codeOf(() => cloud.createNode('recorded', sizes[0]?.id ?? '', 'no-such-image', { clientToken: 'refused' })),
    await codeOf(() => cloud.createVolume(1_000_000, 'recorded', { clientToken: 'refused' })),
  ];
  await cloud.detachVolume(volume);
  let free = await cloud.getVolume(volume.id);
  while (free.state !== 'available') free = await cloud.getVolume(volume.id);
  await cloud.destroyVolume(volume);
  const listed = await cloud.listNodes({ namePrefix: 'recorded' });
  await cloud.destroyNode(made);
  await cloud.waitForNodes([made], { ...wait, state: 'terminated' });
  await cloud.deleteKeyPair(keyPair);
  const networks = await cloud.exListNetworks();
  return {
    sizes: sizes.map(({ cpus, name, ramMb }) => [name, cpus, ramMb]),
    image: image && [image.name, image.state, image.extra.properties.os_distro],
    locations: locations.map(({ id }) => id),
    isSame: again.id === made.id,
    ready: ready && [
      ready.node.state,
      ready.node.location,
      ready.node.extra.keyName,
      ready.node.extra.metadata.role,
      ready.addresses.length,
    ],
    stopped: stopped?.state,
    attached: [attached.state, attached.node === made.id],
    refusals,
    free: [free.state, 'node' in free],
    listed: listed.map(({ name, state }) => [name, state]),
    regions: (await cloud.exListRegions()).map(({ id }) => id),
    networks: networks.map(({ isExternal, name }) => [name, isExternal]),
  };
}

async function codeOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return 'it succeeded';
  } catch (failure) {
    return (failure as { code?: unknown }).code;
  }
}
