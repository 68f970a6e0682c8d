/** What one client makes, the other lists: Isobar and OpenStack's own client, on a real cloud. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openstack } from '@isobar/compute-openstack';
import { connect } from '@isobar/design-flag';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/steps.ts';
import { cloud } from './conform-openstack.ts';

const hasClient = spawnSync('openstack', ['--version']).status === 0;

describe.skipIf(!cloud || !hasClient)('OpenStack’s own client', { timeout: 120_000 }, () => {
  const { authUrl = '', password = '', project = '', region = '', username = '' } = cloud ?? {};
  const driver = connect(openstack, { authUrl, username, password, project, region, async: true });
  afterAll(() => driver.close());
  const name = (what: string): string => `isobar-${what}-${process.pid}`;

  /** Runs a command of the client. */
  function client(...args: string[]): unknown {
    const env = {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      OS_AUTH_URL: authUrl,
      OS_USERNAME: username,
      OS_PASSWORD: password,
      OS_PROJECT_NAME: project,
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
      OS_REGION_NAME: region,
      OS_IDENTITY_API_VERSION: '3',
      no_proxy: '127.0.0.1',
    };
    const { status, stderr, stdout } = spawnSync('openstack', args, { encoding: 'utf8', env });
    expect(status, stderr).toBe(0);
    return args.includes('json') ? JSON.parse(stdout) : stdout;
  }
  const json = ['-f', 'json'];

  test('lists a node of Isobar, with its metadata and tag, and stops it', async () => {
    const [size, image] = [(await driver.listSizes())[0]?.id ?? '', (await driver.listImages())[0]?.id ?? ''];
    const made = await driver.createNode(name('ours'), size, image, { exMetadata: { role: 'web' } });
    await driver.waitForNodes([made]);
    const listed = client('server', 'list', ...json) as { ID: string; Name: string; Status: string }[];
    expect(listed).toContainEqual(expect.objectContaining({ ID: made.id, Name: name('ours'), Status: 'ACTIVE' }));
    const shown = client('--os-compute-api-version', '2.46', 'server', 'show', made.id, ...json) as {
      properties: unknown;
    };
    expect(JSON.stringify(shown.properties)).toContain('role');
    client('server', 'stop', made.id);
    const [stopped] = await driver.waitForNodes([made], { state: 'stopped' });
    expect(stopped?.id).toBe(made.id);
    await driver.destroyNode(made);
    await driver.waitForNodes([made], { state: 'terminated' });
  });

  test('makes a node, a volume and a key pair that Isobar lists and removes', async () => {
    const args = [
      '--flavor',
      'm1.tiny',
      '--image',
      'test-linux',
      '--network',
      'private',
      '--property',
      'by=client',
      '--wait',
    ];
    const node = client('server', 'create', ...args, ...json, name('theirs')) as { id: string };
    const [found] = await driver.listNodes({ namePrefix: name('theirs') });
    expect(found).toMatchObject({ id: node.id, state: 'running', extra: { metadata: { by: 'client' } } });
    expect(found?.privateIps.length).toBeGreaterThan(0);
    const volume = client('volume', 'create', '--size', '2', ...json, name('volume')) as { id: string };
    await expect.poll(async () => (await driver.getVolume(volume.id)).state).toBe('available');
    expect(await driver.listVolumes()).toContainEqual(expect.objectContaining({ id: volume.id, sizeGb: 2 }));
    client('keypair', 'create', name('key'));
    const keyPair = await driver.getKeyPair(name('key'));
    expect(await driver.listKeyPairs()).toContainEqual(keyPair);
    await driver.deleteKeyPair(keyPair);
    await driver.destroyVolume(volume.id);
    await driver.destroyNode(node.id);
    await driver.waitForNodes([node.id], { state: 'terminated' }).catch(() => {});
    const left = client('server', 'list', ...json) as { ID: string }[];
    expect(left.map(({ ID }) => ID)).not.toContain(node.id);
  });

  test('sees the same networks and sizes', async () => {
    const networks = client('network', 'list', ...json) as { Name: string }[];
    expect((await driver.exListNetworks()).map((one) => one.name).sort()).toEqual(
      networks.map(({ Name }) => Name).sort(),
    );
    const flavors = client('flavor', 'list', ...json) as { Name: string; RAM: number; VCPUs: number }[];
    const sizes = (await driver.listSizes()).map(({ cpus, name: own, ramMb }) => [own, ramMb, cpus]);
    expect(sizes).toEqual(flavors.map(({ Name, RAM, VCPUs }) => [Name, RAM, VCPUs]));
  });
});

describe.skipIf(!cloud)('a program', { timeout: 120_000 }, () => {
  const { authUrl = '', password = '', project = '', region = '', username = '' } = cloud ?? {};
  const driver = connect(openstack, { authUrl, username, password, project, region, async: true });
  const folder = mkdtempSync(join(tmpdir(), 'isobar-clouds-'));
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await driver.close();
  });

  /** Runs a program whose cloud is `production` of `clouds.yaml`. */
  function run(source: string): string {
    const auth = { auth_url: authUrl, username, project_name: project, user_domain_name: 'Default' };
    const clouds = { clouds: { production: { auth, region_name: region } } };
    writeFileSync(join(folder, 'clouds.yaml'), JSON.stringify(clouds, null, 2).replace('"production"', 'production'));
    writeFileSync(join(folder, 'secure.yaml'), `clouds:\n  production:\n    auth:\n      password: ${password}\n`);
    const { status, stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
      cwd: root,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml'),
        OS_CLIENT_SECURE_FILE: join(folder, 'secure.yaml'),
      },
    });
    expect(status, stderr).toBe(0);
    return stdout;
  }

  test('is what the README shows', async () => {
    const readme = readFileSync(join(root, 'packages/compute-openstack/README.md'), 'utf8');
    const [, session = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const network = (await driver.exListNetworks()).find(({ isExternal }) => !isExternal)?.id ?? '';
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
    await driver.importKeyPairFromString('mine', key);
    const output = run(session.replace('debian-12', 'test-linux').replace('NETWORK', network));
    expect(output).toMatch(/^[0-9a-f-]{36} \[ '10\.20\.\d+\.\d+' \]\n$/);
    for (const node of await driver.listNodes({ namePrefix: 'web-1' })) await driver.destroyNode(node);
    await driver.deleteKeyPair('mine');
  });

  test('can be blocking', () => {
    const source = `
      import { openstack } from '@isobar/compute-openstack';
      import { connect } from '@isobar/design-flag';
      console.log(connect(openstack, { cloud: 'production' }).listSizes().map(({ name }) => name).join());`;
    expect(run(source)).toMatch(/^m1\.tiny,/);
  });
});

test.skipIf(cloud && hasClient)(
  'skipped: no cloud was started, or Debian’s python3-openstackclient is missing',
  () => {},
);
