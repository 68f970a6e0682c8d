/** Where, with what and how a run took place. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { isInstalled, packageOf, pythonCommand, rivalIds, rivalsFolder } from '../contenders.ts';
import { root } from '../tasks/commands.ts';
import type { Machine, Mode } from './model.ts';

/** This machine. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** Versions of what is compared, and of the tools that measure it. */
export function versions(): Record<string, string> {
  const own = [
    'core',
    'connection',
    's3-dialect',
    'storage-google',
    'storage-s3',
    'design-session',
    'design-mixin',
    'design-flag',
  ];
  const rivals = new Set(rivalIds.filter(isInstalled).flatMap((id) => packageOf(id) ?? []));
  const folders: [string, string][] = [
    ...own.map((name): [string, string] => [`@isobar/${name}`, join(root, 'packages', name)]),
    ...['undici', 'typescript', 'esbuild'].map((name): [string, string] => [
      name,
      join(root, 'packages/bench/node_modules', name),
    ]),
    ...[...rivals].map((name): [string, string] => [name, join(rivalsFolder, 'node_modules', name)]),
  ];
  const script = 'import libcloud; print(libcloud.__version__)';
  const libcloud = spawnSync(pythonCommand(), ['-c', script], { encoding: 'utf8' });
  return {
    ...Object.fromEntries(folders.map(([name, folder]) => [name, versionIn(folder)])),
    ...(libcloud.status === 0 && { 'apache-libcloud': libcloud.stdout.trim() }),
  };
}

function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The method of a run. @param seed Of the random order. */
export function methodOf(mode: Mode, seed: number, origin: string, missing: readonly string[]): string[] {
  return [
    `Each cell (a contender, an experiment, a number of calls in flight) runs in fresh processes, in interleaved rounds; the order within a round is random (seed ${seed}).`,
    'Node’s compile cache is kept between processes, except for cold starts. A process warms up first. Small calls are timed in about 30 batches a process, a large transfer alone.',
    'What targets rest on is measured in turns: the processes of a round run at the same time, and one after another measures once, in random order. A ratio is the median of the ratios of the same turns. A second undici shows what such a ratio is without a difference (A/A). The first half of a turn is not measured, because a process that has been idle is slow at first.',
    'Numbers are medians with 95 % intervals by a bootstrap over processes and over the samples within them. A cell is called wide when its interval is wider than a quarter of its median or it has fewer than three samples.',
    'CPU time is that of the client’s whole process, all threads and garbage collection included.',
    'Each result is checked: bytes are compared one by one, listings by length and last name, uploads by the origin. Checking costs the same for all, and is part of the time of small calls.',
    'The floor is bare undici, which sends the same requests, signed beforehand, and checks nothing. Isobar verifies a checksum of each upload and download; others run as their documentation shows, with as many connections as calls in flight.',
    'The origin is a process of its own that answers as the service does from recorded answers and verifies no signature. Google’s SDK uses its JSON API there, without credentials. Each of the others does its work once against the emulator, which verifies signatures and digests.',
    'Over TLS, the same origin has a certificate of an authority that only tests trust, and each contender is told of that authority. Isobar signs a body with a checksum as UNSIGNED-PAYLOAD there, as Amazon’s SDK does.',
    origin,
    'Isobar is measured through the flag: every design calls the same functions.',
    ...(mode === 'quick' ? ['This was a quick run: few rounds, fewer experiments, no verdicts.'] : []),
    ...(missing.length > 0
      ? [`Not installed, so not measured: ${missing.join(', ')}. \`npm run bench:rivals\` installs them.`]
      : []),
  ];
}
