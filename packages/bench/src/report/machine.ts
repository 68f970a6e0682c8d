/** Where and with what a run took place. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { contenders, isInstalled, packageOf, pythonCommand, rivalsFolder } from '../contenders.ts';
import { root } from '../tasks/commands.ts';
import type { Machine } from './model.ts';

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

/** Versions of what is compared, and of what compares. */
export function versions(): Record<string, string> {
  const ours = ['core', 'connection', 'storage-google', 'design-session', 'design-mixin', 'design-flag'];
  const found: Record<string, string> = {};
  for (const name of ours) found[`@isobar/${name}`] = versionIn(join(root, 'packages', name)) ?? '';
  const own = join(root, 'packages/bench/node_modules');
  for (const name of ['undici', 'typescript', 'esbuild']) found[name] = versionIn(join(own, name)) ?? '';
  for (const { id, role } of contenders) {
    const name = packageOf(id);
    if (role !== 'rival' || name === undefined || !isInstalled(id)) continue;
    found[name] = versionIn(join(rivalsFolder, 'node_modules', name)) ?? '';
  }
  const libcloud = spawnSync(pythonCommand(), ['-c', 'import libcloud; print(libcloud.__version__)'], {
    encoding: 'utf8',
  });
  if (libcloud.status === 0) found['apache-libcloud'] = libcloud.stdout.trim();
  return found;
}

function versionIn(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}
