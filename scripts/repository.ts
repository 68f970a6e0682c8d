/**
 * Where this repository is hosted. The address stands in `package.json` of the root; manifests, readmes and forms repeat
 * it, since the registry shows them away from the repository.
 *
 * `node scripts/repository.ts [address]` writes another address everywhere. Without an argument it takes the repository
 * that the GitHub workflow runs in, so that a fork publishes under its own address.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The address of the root manifest: `https://host/owner/name`. */
export function writtenAddress(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { repository: string }).repository;
}

/** The repository that the workflow runs in; outside of a workflow, the written address. */
export function currentAddress(): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
  return GITHUB_SERVER_URL && GITHUB_REPOSITORY ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}` : writtenAddress();
}

function replaceAddress(address: string): void {
  if (!/^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]*[\w-]$/.test(address) || address.endsWith('.git')) {
    throw new Error(`not the address of a repository, such as https://github.com/owner/name: ${address}`);
  }
  const written = writtenAddress();
  if (address === written) return;
  const output = execFileSync('git', ['grep', '--name-only', '--fixed-strings', written], {
    cwd: root,
    encoding: 'utf8',
  });
  const files = output.trim().split('\n');
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    writeFileSync(join(root, file), text.replaceAll(written, address));
  }
  console.log(`${address} is now written in ${files.length} files, in place of ${written}.`);
}

if (import.meta.main) replaceAddress(process.argv[2] ?? currentAddress());
