/** What refusals mean. The texts are those of a real cloud. */
import type { CloudError } from '@isobar/core/provider';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { json, refusal, scriptOpenStack, wireServer } from '../testing/scripted-openstack.ts';
import { wordsIn } from './failures.ts';

describe('a refusal', () => {
  test.each([
    [400, 'badRequest', 'Can not find requested image', 'invalid-argument', 'image'],
    [400, 'badRequest', 'Flavor 9 could not be found.', 'invalid-argument', 'size'],
    [400, 'badRequest', 'Invalid key_name provided.', 'invalid-argument', 'auth'],
    [400, 'badRequest', 'The requested availability zone is not available', 'invalid-argument', 'location'],
    [
      409,
      'conflictingRequest',
      'More than one possible network found. Specify network ID(s) to select which one(s) to connect to.',
      'invalid-argument',
      'exNetworks',
    ],
    [403, 'forbidden', 'Quota exceeded for cores, ram: Requested 4, 8192', 'quota-exceeded', undefined],
    [
      403,
      'forbidden',
      "Policy doesn't allow os_compute_api:servers:create to be performed.",
      'permission-denied',
      undefined,
    ],
    [406, 'computeFault', 'Version 2.52 is not supported by the API.', 'unsupported', undefined],
  ] as const)('of a new node with %s %s %s', (status, reason, message, code, field) => {
    const { cloud, world } = scriptOpenStack(undefined, { attempts: 1 });
    world.service.on('POST', '/v2.1/servers', refusal(status, reason, message, { 'x-openstack-request-id': 'req-1' }));
    const failure = world.failureOf(cloud.createNode('web', '1', 'i-1'));
    expect(failure).toMatchObject({
      code,
      message: expect.stringContaining(message),
      details: { requestId: 'req-1', reason },
    });
    expect((failure as CloudError).details.field).toBe(field);
  });

  test('does not repeat a password or user data', () => {
    const { cloud, world } = scriptOpenStack(undefined, { attempts: 1 });
    const message = "Invalid input for field/attribute adminPass. Value: hunter2. 'hunter2' is too short";
    world.service.on('POST', '/v2.1/servers', refusal(400, 'badRequest', message));
    const failure = world.failureOf(cloud.createNode('web', '1', 'i-1', { auth: { password: 'hunter2' } })) as Error;
    expect(failure.message).not.toContain('hunter2');
  });

  test.each([
    ["Cannot 'os-stop' instance n-1 while it is in vm_state stopped", 'stopped'],
    ["Cannot 'reboot' instance n-1 while it is in task_state powering-off", 'powering-off'],
  ])('of an action names the state: %s', (message, state) => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('POST', '/v2.1/servers/n-1/action', refusal(409, 'conflictingRequest', message));
    expect(world.failureOf(cloud.rebootNode('n-1'))).toMatchObject({
      code: 'wrong-state',
      details: { node: 'n-1', state },
    });
  });

  test('of a volume above the quota is no rate limit, and not repeated', () => {
    const { cloud, world } = scriptOpenStack();
    const message = 'VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota.';
    world.service.on('POST', '/v3/project-1/volumes', refusal(413, 'overLimit', message, { 'retry-after': '0' }));
    expect(world.failureOf(cloud.createVolume(50_000, 'big'))).toMatchObject({ code: 'quota-exceeded' });
  });

  test.each([
    [
      'Neutron',
      json(
        { NeutronError: { type: 'OverQuota', message: "Quota exceeded for resources: ['floatingip'].", detail: '' } },
        { status: 409 },
      ),
      'quota-exceeded',
      'OverQuota',
    ],
    [
      'Neutron without an address left',
      json(
        { NeutronError: { type: 'IpAddressGenerationFailure', message: 'No more IP addresses', detail: '' } },
        { status: 409 },
      ),
      'quota-exceeded',
      'No more',
    ],
  ])('of %s', (_, answer, code, message) => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('POST', '/v2.0/floatingips', answer);
    expect(world.failureOf(cloud.exCreateFloatingAddress('net'))).toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test('of Glance is read without its markup', () => {
    const { cloud, world } = scriptOpenStack();
    const body = {
      message: 'No image found with ID nope<br /><br />\n\n\n',
      code: '404 Not Found',
      title: 'Not Found',
    };
    world.service.on('GET', '/v2/images/nope', json(body, { status: 404 }));
    const message = expect.stringMatching(/image nope: No image found with ID nope \(404\)$/);
    expect(world.failureOf(cloud.getImage('nope'))).toMatchObject({ code: 'not-found', message });
  });
});

describe('a node that Nova shows but does not act on yet', () => {
  const gone = refusal(404, 'itemNotFound', 'Instance n-1 could not be found.');
  const building = json({ server: wireServer({ status: 'BUILD', 'OS-EXT-STS:task_state': 'scheduling' }) });

  test('is waited for', () => {
    const { cloud, world } = scriptOpenStack();
    world.service
      .on('POST', '/v2.1/servers/n-1/action', gone, gone, { status: 202 })
      .always('GET', '/v2.1/servers/n-1', building);
    world.run(cloud.stopNode('n-1'));
    expect(world.sleeps).toEqual([500, 500]);
  });

  test('is in the wrong state if that lasts', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.always('POST', '/v2.1/servers/n-1/action', gone).always('GET', '/v2.1/servers/n-1', building);
    expect(world.failureOf(cloud.stopNode('n-1'))).toMatchObject({
      code: 'wrong-state',
      details: { node: 'n-1', state: 'pending' },
    });
  });

  test('is not found if Nova does not show it', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('POST', '/v2.1/servers/n-1/action', gone).on('GET', '/v2.1/servers/n-1', gone);
    expect(world.failureOf(cloud.stopNode('n-1'))).toMatchObject({ code: 'not-found', details: { node: 'n-1' } });
    expect(world.sleeps).toEqual([]);
  });
});

test('a node that failed says why, in the words of the cloud', () => {
  const { cloud, world } = scriptOpenStack();
  const failed = wireServer({ status: 'ERROR', fault: { code: 500, message: 'No valid host was found. ' } });
  world.service.always('GET', '/v2.1/servers/n-1', json({ server: failed }));
  expect(world.run(cloud.getNode('n-1'))).toMatchObject({ state: 'error', stateReason: 'No valid host was found.' });
  expect(world.failureOf(cloud.waitForNodes(['n-1']))).toMatchObject({
    code: 'wrong-state',
    message: expect.stringContaining('No valid host was found.'),
  });
});

describe('repeated requests', () => {
  test('that stop a node are done when it is stopped', () => {
    const { cloud, world } = scriptOpenStack();
    const stopped = refusal(409, 'conflictingRequest', "Cannot 'stop' instance n-1 while it is in vm_state stopped");
    world.service.on('POST', '/v2.1/servers/n-1/action', { status: 503 }, stopped);
    expect(world.run(cloud.stopNode('n-1'))).toBeUndefined();
  });

  test('that attach a volume are done when it is attached to the node, not to another', () => {
    for (const [holder, outcome] of [
      ['n-1', undefined],
      ['n-2', 'rejected'],
    ] as const) {
      const { cloud, world } = scriptOpenStack();
      const message = `Invalid volume: volume v-1 is already attached to instances: ${holder}`;
      world.service.on(
        'POST',
        '/v2.1/servers/n-1/os-volume_attachments',
        { status: 503 },
        refusal(400, 'badRequest', message),
      );
      const attach = cloud.attachVolume('n-1', 'v-1');
      if (outcome === undefined) expect(world.run(attach)).toBeUndefined();
      else expect(world.failureOf(attach)).toMatchObject({ code: 'wrong-state' });
    }
  });

  test('that import a key are done when it is the same', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
    const taken = refusal(409, 'conflictingRequest', "Key pair 'k' already exists.");
    for (const [stored, code] of [
      [key, undefined],
      [`${key}2`, 'already-exists'],
    ] as const) {
      const { cloud, world } = scriptOpenStack();
      const keypair = { name: 'k', public_key: stored, fingerprint: 'f' };
      world.service
        .on('POST', '/v2.1/os-keypairs', { status: 503 }, taken)
        .on('GET', '/v2.1/os-keypairs/k', json({ keypair }));
      const imported = cloud.importKeyPairFromString('k', key);
      if (code === undefined) expect(world.run(imported)).toMatchObject({ name: 'k', publicKey: key });
      else expect(world.failureOf(imported)).toMatchObject({ code });
    }
  });
});

test('any body of a refusal is read, and no secret in it is shown', () => {
  const words = (body: string) =>
    wordsIn({ status: 400, headers: {}, body: new TextEncoder().encode(body) }, ['hunter2']);
  fc.assert(
    fc.property(
      fc.oneof(fc.json(), fc.string(), fc.constant('{"a":{"message":"x hunter2"}}')),
      fc.nat(20),
      (body, at) => {
        const { message, reason } = words(`${body.slice(0, at)}hunter2${body.slice(at)}`);
        expect(message).not.toContain('hunter2');
        expect(message.length).toBeLessThanOrEqual(500);
        expect(['string', 'undefined']).toContain(typeof reason);
      },
    ),
    { numRuns: 500 },
  );
});
