/** Each command, as a process: what it prints where, its exit code, and what it did. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Desk, ending } from '../testing/isobar.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const name of readdirSync(desk.folder)) rmSync(at(name), { recursive: true });
  await desk.reset();
});

const at = (name: string): string => join(desk.folder, name);

/** Runs a command that must succeed. @returns Its output. */
async function ok(args: readonly string[], input = ''): Promise<string> {
  const { errors, exitCode, output } = await desk.run(args, input);
  if (exitCode !== 0) throw new Error(`isobar ${args.join(' ')} ended with ${exitCode}: ${errors}`);
  return output;
}

/** Runs a command that must fail. @returns What it says. */
async function failing(args: readonly string[], exitCode: number): Promise<string> {
  const ended = await desk.run(args);
  expect(ended.exitCode, ended.errors).toBe(exitCode);
  expect(ended.errors).not.toContain(desk.emulator.secret);
  expect(ended.errors, 'a stack trace').not.toMatch(/^ {4}at /m);
  return ended.errors;
}

/** The last line of JSON. */
function summary(output: string): unknown {
  return JSON.parse(output.trimEnd().split('\n').at(-1) as string);
}

function files(folder: string, names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(at(join(folder, name, '..')), { recursive: true });
    writeFileSync(at(join(folder, name)), `content of ${name}`);
  }
}

const names = ['a.txt', 'b/c.log', 'b/d e.txt', 'ü€😀', '-dash', `it's "quoted" $HOME`];

/** Bytes of all of them. */
const total = names.reduce((sum, name) => sum + Buffer.byteLength(`content of ${name}`), 0);

describe('cp', () => {
  test('one file up and down, into folders and under other names', async () => {
    files('.', ['report.pdf']);
    await ok(['cp', 'report.pdf', 'gs://bucket/2026/']);
    await ok(['cp', 'gs://bucket/2026/report.pdf', 'copy.pdf']);
    await ok(['cp', 'gs://bucket/2026/report.pdf', 'deep/er/']);
    await ok(['cp', `file:${at('report.pdf')}`, 's3://other']);
    expect(await ok(['ls', 'gs://bucket/2026/', 's3://other'])).toBe(
      'gs://bucket/2026/report.pdf\ns3://other/report.pdf\n',
    );
    for (const name of ['copy.pdf', 'deep/er/report.pdf'])
      expect(readFileSync(at(name), 'utf8')).toBe('content of report.pdf');
    expect(existsSync(at('.isobar'))).toBe(false);
  });

  test('from the standard input and to the standard output', async () => {
    await ok(['cp', '-', 'gs://bucket/piped', '--content-type', 'text/x-own'], 'piped in');
    expect(await ok(['cp', 'gs://bucket/piped', '-'])).toBe('piped in');
    expect(await ok(['cat', 'gs://bucket/piped', 'gs://bucket/piped'])).toBe('piped inpiped in');
    expect(await ok(['cat', '--range', '1-3', 'gs://bucket/piped'])).toBe('ipe');
    expect(await ok(['cat', '--range', '6-', 'gs://bucket/piped'])).toBe('in');
    expect(JSON.parse(await ok(['stat', '--json', 'gs://bucket/piped']))).toMatchObject({
      sizeBytes: 8,
      contentType: 'text/x-own',
    });
  });

  test('trees between the disk and clouds, whatever the names', async () => {
    files('tree', names);
    expect(summary(await ok(['cp', '-r', '--json', 'tree', 'gs://bucket/tree']))).toMatchObject({
      copied: names.length,
      skipped: 0,
      deleted: 0,
      failed: 0,
      bytes: total,
    });
    await ok(['cp', '-r', 'gs://bucket/tree', 's3://other/copy']);
    await ok(['cp', '-r', 's3://other/copy', 'down']);
    for (const name of names) expect(readFileSync(at(join('down', name)), 'utf8')).toBe(`content of ${name}`);
    expect(existsSync(at('down/.isobar'))).toBe(false);
    const same = await desk.run(['verify', 'tree', 'down']);
    expect(same).toMatchObject({ exitCode: 0, output: '' });
    expect(same.errors).toMatch(/^same 6 .*different 0, missing 0, extra 0, failed 0\n$/);
  });

  test('globs, of which the shell has not taken care', async () => {
    files('tree', ['a.txt', 'b.txt', 'c.log', 'deep/d.txt']);
    await ok(['cp', '-r', 'tree', 'gs://bucket/tree']);
    await ok(['cp', 'gs://bucket/tree/*.txt', 'flat']);
    expect([existsSync(at('flat/a.txt')), existsSync(at('flat/c.log')), existsSync(at('flat/deep'))]).toEqual([
      true,
      false,
      false,
    ]);
    await ok(['cp', 'gs://bucket/tree/**/*.txt', 'all']);
    expect(existsSync(at('all/deep/d.txt'))).toBe(true);
    expect(await ok(['ls', 'gs://bucket/tree/{a,c}.*'])).toBe('gs://bucket/tree/a.txt\ngs://bucket/tree/c.log\n');
    expect(await failing(['cp', 'gs://bucket/tree/*.md', 'none'], 3)).toContain('there is no object');
  });

  test('several sources need a folder', async () => {
    files('.', ['one', 'two']);
    await ok(['cp', 'one', 'two', 'gs://bucket/both/']);
    expect(await ok(['ls', 'gs://bucket/both/'])).toBe('gs://bucket/both/one\ngs://bucket/both/two\n');
    expect(await failing(['cp', 'one', 'two', 'gs://bucket/both'], 2)).toContain('must be a folder');
  });

  test('a dry run changes nothing, not even the disk', async () => {
    files('tree', names);
    await ok(['cp', '-r', 'tree', 'gs://bucket/tree']);
    const { errors, exitCode } = await desk.run(['cp', '-r', '-n', 'gs://bucket/tree', 'absent']);
    expect([exitCode, errors]).toEqual([
      0,
      `dry run, nothing was changed: copied 6 (${total} B), skipped 0, deleted 0, failed 0\n`,
    ]);
    expect(existsSync(at('absent'))).toBe(false);
    await ok(['cp', '-n', 'tree/a.txt', 'gs://bucket/absent']);
    await failing(['stat', 'gs://bucket/absent'], 3);
  });

  test('a name with a line break goes to the disk; a cloud that refuses it says so, on one line', async () => {
    files('tree', ['new\nline', 'other']);
    await ok(['cp', '-r', 'tree', 'copy']);
    expect(readFileSync(at('copy/new\nline'), 'utf8')).toBe('content of new\nline');
    const { errors, exitCode, output } = await desk.run(['cp', '-r', 'tree', 'gs://bucket/']);
    expect([exitCode, output]).toEqual([1, 'copied   other\n']);
    expect(errors).toMatch(/^failed {3}new\\nline: .*must not contain line breaks.*\ncopied 1 .*failed 1\n$/);
  });

  test('what is wrong is said, with the remedy', async () => {
    files('tree', ['a']);
    expect(await failing(['cp', 'tree', 'gs://bucket/'], 2)).toContain('-r copies what is in it');
    expect(await failing(['cp', 'gs://bucket/', 'x'], 2)).toContain('-r copies what is below it');
    expect(await failing(['cp', 'absent', 'gs://bucket/'], 2)).toContain('does not exist');
    expect(await failing(['cp', 'tree/a', 'gs://missing/a'], 3)).toContain('missing');
    expect(await failing(['cp', 'tree/a'], 2)).toContain('needs a source and a destination');
    expect(await failing(['cp', 'tree/a', 'az://bucket/'], 2)).toContain('az is neither a scheme');
    expect(await failing(['cp', '--overwrite', 'maybe', 'tree/a', 'gs://bucket/'], 2)).toContain('Allowed choices');
    expect(await failing(['cp', '--bandwidth', 'fast', 'tree/a', 'gs://bucket/'], 2)).toContain('10K');
    expect(await failing(['cp', '--no-such-option', 'a', 'b'], 2)).toContain('unknown option');
  });

  test('folders of which one contains the other are refused', async () => {
    files('tree', ['a', 'b/c']);
    for (const [from, to] of [
      ['tree', 'tree/copy'],
      ['tree/b', 'tree'],
      ['tree', 'tree/.'],
    ] as const) {
      expect(await failing(['cp', '-r', from, to], 2)).toContain('overlap');
      expect(await failing(['sync', '--delete', from, to], 2)).toContain('overlap');
    }
    expect(existsSync(at('tree/copy'))).toBe(false);
  });

  test('an existing copy is kept with --overwrite never', async () => {
    await ok(['cp', '-', 'gs://bucket/object'], 'first');
    files('.', ['second']);
    expect(await failing(['cp', '--overwrite', 'never', 'second', 'gs://bucket/object'], 4)).toContain('condition');
    expect(await ok(['cat', 'gs://bucket/object'])).toBe('first');
  });
});

describe('sync, mv, rm and verify', () => {
  test('sync copies what differs and deletes with --delete', async () => {
    files('tree', names);
    await ok(['sync', 'tree', 'gs://bucket/tree']);
    await ok(['cp', '-', 'gs://bucket/tree/extra'], 'x');
    expect(summary(await ok(['sync', '--json', 'tree', 'gs://bucket/tree']))).toMatchObject({
      copied: 0,
      skipped: 6,
      deleted: 0,
    });
    const plan = await ok(['sync', '--delete', '--dry-run', 'tree', 'gs://bucket/tree']);
    expect(plan).toBe('deleted  extra\n');
    const refused = await desk.run(['sync', '--delete', '--max-delete', '0', 'tree', 'gs://bucket/tree']);
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.errors).toContain('Nothing was deleted, because 1 objects would be.');
    expect(await ok(['sync', '--delete', 'tree', 'gs://bucket/tree'])).toBe('deleted  extra\n');
  });

  test('mv moves objects, files and trees', async () => {
    files('tree', names);
    await ok(['mv', '-r', 'tree', 'gs://bucket/moved']);
    expect(existsSync(at('tree/a.txt'))).toBe(false);
    await ok(['mv', 'gs://bucket/moved/a.txt', 'gs://bucket/moved/z.txt']);
    await ok(['mv', 'gs://bucket/moved/z.txt', 's3://other/']);
    await ok(['mv', 's3://other/z.txt', 'here.txt']);
    expect(readFileSync(at('here.txt'), 'utf8')).toBe('content of a.txt');
    await ok(['mv', 'here.txt', 'gs://bucket/there']);
    expect(existsSync(at('here.txt'))).toBe(false);
    expect(await ok(['ls', '-r', 's3://other'])).toBe('');
  });

  test('rm deletes one, many, by glob, and says what it cannot find', async () => {
    files('tree', ['a.txt', 'b.txt', 'c.log', 'd/e']);
    await ok(['cp', '-r', 'tree', 'gs://bucket/tree']);
    expect(await failing(['rm', 'gs://bucket/tree/typo'], 3)).toContain('typo');
    expect(await failing(['rm', 'gs://bucket/tree/'], 2)).toContain('-r deletes what is below it');
    expect(await ok(['rm', '-n', 'gs://bucket/tree/*.txt'])).toMatch(
      /^(deleted {2}gs:\/\/bucket\/tree\/[ab]\.txt\n){2}$/,
    );
    await ok(['rm', 'gs://bucket/tree/*.txt']);
    expect(await ok(['ls', '-r', 'gs://bucket'])).toBe('gs://bucket/tree/c.log\ngs://bucket/tree/d/e\n');
    expect(summary(await ok(['rm', '--json', '-r', 'gs://bucket/tree']))).toMatchObject({ deleted: 2, failed: 0 });
    await ok(['rb', 'gs://bucket']);
    expect(await ok(['ls', 'gs://'])).toBe('gs://other/\n');
  });

  test('verify finds a changed byte, a missing and an extra object, and exits with 1', async () => {
    files('tree', ['a', 'b', 'c']);
    await ok(['cp', '-r', 'tree', 's3://other/tree']);
    await ok(['verify', 'tree', 's3://other/tree']);
    await ok(['verify', 'tree/a', 's3://other/tree/a']);
    await ok(['cp', '-', 's3://other/tree/a'], 'CONTENT of a');
    await ok(['rm', 's3://other/tree/b']);
    await ok(['cp', '-', 's3://other/tree/z'], 'z');
    const { errors, exitCode, output } = await desk.run(['verify', 'tree', 's3://other/tree']);
    expect(exitCode).toBe(1);
    expect(output.split('\n').toSorted()).toEqual(['', 'different a (checksum)', 'extra     z', 'missing   b']);
    expect(errors).toMatch(/^same 1 .*, different 1, missing 1, extra 1, failed 0\n$/);
    expect((await desk.run(['verify', '--quick', '--ignore-extra', 'tree', 's3://other/tree'])).output).toBe(
      'missing   b\n',
    );
    expect((await desk.run(['verify', 'tree/a', 's3://other/tree/a'])).exitCode).toBe(1);
  });
});

describe('ls, stat, presign, nodes and providers', () => {
  test('ls lists buckets, folders and objects, also in detail and as JSON', async () => {
    await ok(['cp', '-', 'gs://bucket/a/b'], 'xyz');
    await ok(['cp', '-', 'gs://bucket/c'], 'x');
    await ok(['mb', 'gs://third', 's3://fourth']);
    expect(await ok(['ls', 'gs://'])).toBe('gs://bucket/\ngs://fourth/\ngs://other/\ngs://third/\n');
    expect(await ok(['ls', 'gs://bucket'])).toBe(
      'gs://bucket/c\ngs://bucket/a/\n'.split('\n').toSorted().join('\n').trimStart().concat('\n'),
    );
    expect(await ok(['ls', 'gs://bucket/a'])).toBe('gs://bucket/a/b\n');
    expect(await ok(['ls', 'gs://bucket/c'])).toBe('gs://bucket/c\n');
    expect(await ok(['ls', '-l', 'gs://bucket/a/'])).toMatch(
      /^ {13}3 {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}gs:\/\/bucket\/a\/b\n$/,
    );
    const lines = (await ok(['ls', '-r', '--json', 'gs://bucket'])).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { url: 'gs://bucket/a/b', sizeBytes: 3 },
      { url: 'gs://bucket/c', sizeBytes: 1 },
    ]);
    expect(await failing(['ls', 'gs://bucket/typo'], 3)).toContain('no such object or folder');
    expect(await failing(['ls', 'gs://missing'], 3)).toContain('missing');
    files('here', ['x', 'y/z']);
    expect((await ok(['ls', 'here'])).split('\n').map((line) => line.replace(`${desk.folder}/`, ''))).toEqual([
      'here/x',
      'here/y/',
      '',
    ]);
  });

  test('output that is read in part ends the program in silence', async () => {
    await desk.emulator.addObjects({ bucket: 'bucket', count: 20_000, prefix: 'o' });
    const child = desk.start(['ls', '-r', 'gs://bucket']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    let errors = '';
    child.stderr?.on('data', (piece) => {
      errors += piece;
    });
    const exitCode = await new Promise((resolve) => child.once('exit', resolve));
    expect([exitCode, errors]).toEqual([0, '']);
  });

  test('presign prints a URL that works without credentials', async () => {
    await ok(['cp', '-', 'gs://bucket/object'], 'signed');
    const url = (await ok(['presign', 'gs://bucket/object', '--expires', '15m'])).trimEnd();
    expect(await (await fetch(url)).text()).toBe('signed');
    expect(await failing(['presign', 'gs://bucket/object', '--expires', 'soon'], 2)).toContain('15m');
  });

  test('nodes ls and wait', async () => {
    const { connect } = await import('@isobar/design-flag');
    const { testCompute } = await import('@isobar/compute-test');
    const { compute: endpoint, password: secret, user: key } = desk.emulator;
    const driver = connect(testCompute, { key, secret, endpoint, async: true });
    const [size] = await driver.listSizes();
    const [image] = await driver.listImages();
    const node = await driver.createNode('web', size as never, image as never);
    expect(await ok(['nodes', 'wait', 'compute-test', node.id])).toContain('running');
    expect(await ok(['nodes', 'ls', 'compute-test'])).toMatch(new RegExp(`^${node.id} +running +web`, 'm'));
    expect(await failing(['nodes', 'ls', 's3'], 2)).toContain('is a provider of objects');
    await driver.close();
  });

  test('providers lists what is installed', async () => {
    expect(await ok(['providers'])).toMatch(/^google-storage +gs:\/\/ +installed +Google Cloud Storage$/m);
  });
});

describe('profiles', () => {
  test('are schemes, readable by their owner only, and never printed', async () => {
    const { secret, storage } = desk.emulator;
    const settings = [`endpoint=${storage}`, 'region=us-east-1', 'key=env:THE_KEY', 'secret=-'];
    await ok(['profiles', 'set', 'mine', 's3', ...settings], `${secret}\n`);
    const path = desk.environment.ISOBAR_CONFIG as string;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const listed = await ok(['profiles']);
    expect(listed).toBe('mine             s3               endpoint region key secret\n');
    const environment = { THE_KEY: desk.emulator.accessKey };
    expect(await desk.run(['ls', 'mine://'], '', environment)).toMatchObject({
      exitCode: 0,
      output: 'mine://bucket/\nmine://other/\n',
    });
    expect(await failing(['ls', 'mine://'], 2)).toContain('THE_KEY, which is not set');
    chmodSync(path, 0o644);
    expect(await failing(['ls', 'mine://'], 2)).toContain('chmod 600');
    chmodSync(path, 0o600);
    writeFileSync(path, '{ "profiles": { "mine": { "secret": "hush" ');
    expect(await failing(['ls', 'mine://'], 2)).not.toContain('hush');
    writeFileSync(path, '{ "profiles": {} }');
    expect(await failing(['profiles', 'rm', 'mine'], 2)).toContain('there is no profile mine');
    expect(await failing(['profiles', 'set', 'Not A Name', 's3'], 2)).toContain('cannot be the name of a profile');
  });

  test('wrong credentials say so and show no secret', async () => {
    const ended = await desk.run(['ls', 'gs://'], '', { ISOBAR_GOOGLE_STORAGE_SECRET: 'wrong-secret-wrong' });
    expect(ended.exitCode).toBe(5);
    expect(ended.errors).not.toContain('wrong-secret-wrong');
  });
});

describe('signals and help', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s cleans up, says what is left, and the next run goes on',
    { timeout: 60_000 },
    async (signal) => {
      files(
        'many',
        Array.from({ length: 300 }, (_, index) => `n${String(index).padStart(3, '0')}`),
      );
      const args = ['cp', '-r', 'many', 'gs://bucket/many', '--bandwidth', '1500', '--journal', 'journal'];
      const child = desk.start(args);
      child.stdout?.once('data', () => child.kill(signal));
      const { errors, exitCode } = await ending(child);
      expect(exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(errors).toMatch(
        /interrupted: \d+ done, 0 skipped, 0 failed, \d+( or more)? left\. Nothing half-written was kept/,
      );
      expect(errors).not.toContain(' 0 done');
      const rest = await desk.run(['cp', '-r', '--json', 'many', 'gs://bucket/many', '--journal', 'journal']);
      const { copied, failed, skipped } = summary(rest.output) as Record<string, number>;
      expect(failed).toBe(0);
      expect(copied).toBeLessThan(300);
      expect(skipped).toBeLessThan(20);
      await ok(['verify', 'many', 'gs://bucket/many']);
    },
  );

  test('Ctrl-C in the middle of one large object leaves none of it', { timeout: 60_000 }, async () => {
    writeFileSync(at('large'), Buffer.alloc(60_000_000, 'isobar '));
    const child = desk.start(['cp', 'large', 'gs://bucket/large', '--bandwidth', '20M']);
    while (!(await desk.emulator.requests()).some(({ target }) => target.startsWith('/bucket/large')));
    child.kill('SIGINT');
    const { errors, exitCode } = await ending(child);
    expect([exitCode, errors]).toEqual([130, 'isobar: interrupted. Nothing half-written was kept.\n']);
    await failing(['stat', 'gs://bucket/large'], 3);
    expect(await ok(['rm', '--uploads', 'gs://bucket'])).toBe('');
  });

  test('every command has help with examples', async () => {
    const help = await ok(['--help']);
    const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)]
      .map(([, name]) => name as string)
      .filter((name) => name !== 'help');
    expect(commands).toEqual(
      expect.arrayContaining([
        'ls',
        'cat',
        'cp',
        'mv',
        'rm',
        'sync',
        'verify',
        'presign',
        'mb',
        'rb',
        'stat',
        'nodes',
        'providers',
      ]),
    );
    for (const command of commands) {
      if (command === 'nodes' || command === 'profiles') continue;
      expect(await ok([command, '--help']), command).toMatch(/\nExamples:\n {2}isobar /);
    }
    for (const command of [
      'plan',
      'work',
      'verify',
      'retry',
      'status',
      'pause',
      'resume',
      'limit',
      'cancel',
      'report',
    ]) {
      expect(await ok(['fleet', command, '--help']), command).toMatch(/\nExamples:\n {2}isobar fleet /);
    }
    for (const command of ['ls', 'wait']) expect(await ok(['nodes', command, '--help'])).toContain('Examples:');
    expect(await ok(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await desk.run([])).exitCode).toBe(2);
    expect(await failing(['copy'], 2)).toContain('unknown command');
  });

  test('the completion for bash completes commands and options', async () => {
    const script = `${await ok(['completion', 'bash'])}
COMP_WORDS=(isobar sy); COMP_CWORD=1; _isobar; echo "\${COMPREPLY[@]}"
COMP_WORDS=(isobar sync a b --de); COMP_CWORD=4; _isobar; echo "\${COMPREPLY[@]}"
COMP_WORDS=(isobar nodes w); COMP_CWORD=2; _isobar; echo "\${COMPREPLY[@]}"`;
    const { execFileSync } = await import('node:child_process');
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8', cwd: desk.folder })).toBe('sync\n--delete\nwait\n');
    expect(await ok(['completion', 'fish'])).toContain("complete -c isobar -n '__fish_use_subcommand' -a sync");
    expect(await ok(['completion', 'zsh'])).toContain('#compdef isobar');
    expect(await failing(['completion', 'csh'], 2)).toContain('bash, zsh and fish');
  });

  test('links on the disk are not followed out of a tree', async () => {
    files('tree', ['a']);
    symlinkSync('/etc', at('tree/link'));
    expect(summary(await ok(['cp', '-r', '--json', 'tree', 'gs://bucket/links']))).toMatchObject({
      copied: 1,
      failed: 0,
    });
  });
});
