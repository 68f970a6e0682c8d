#!/usr/bin/env node
/**
 * `isobar-emulator`: the command line.
 */
import { readFileSync } from 'node:fs';
import { helpText, readCommandLine, UsageError } from './command-line.ts';
import { guest, type KeyPair, owningAccounts } from './identity/accounts.ts';
import { watchLifetime } from './lifetime.ts';
import { checkNodeVersion } from './node-version.ts';
import type { Settings } from './options.ts';
import { type Running, StartError, serve } from './serve.ts';

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  if (command.kind === 'help') {
    process.stdout.write(helpText());
    return;
  }
  const manifest: Manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (command.kind === 'version') {
    process.stdout.write(`${manifest.version}\n`);
    return;
  }
  checkNodeVersion(manifest.engines.node);
  const running = await serve(command.settings);
  watchLifetime(() => {
    running.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  });
  process.stdout.on('error', () => {});
  process.stdout.write(command.json ? readyJson(running, command.settings) : readyText(running, command.settings));
}

function readyJson({ storage, compute }: Running, settings: Settings): string {
  const { accessKey, secret, user, password } = settings;
  const accounts = owningAccounts(settings, settings.accounts);
  const ready = { storage, compute, accessKey, secret, accounts, guest, user, password, pid: process.pid };
  return `${JSON.stringify(ready)}\n`;
}

function readyText({ storage, compute }: Running, settings: Settings): string {
  return `Isobar's emulator is ready. Data is kept in ${settings.data ?? 'memory'}.

  storage   ${storage}
            access key  ${settings.accessKey}
            secret      ${settings.secret}${settings.accounts.map(textOf).join('')}
  compute   ${compute}
            user        ${settings.user}
            password    ${settings.password}

Stop it with Ctrl-C.
`;
}

function textOf({ accessKey, secret }: KeyPair): string {
  return `
            access key  ${accessKey}
            secret      ${secret}`;
}

function fail(error: unknown): never {
  const known = error instanceof UsageError || error instanceof StartError;
  const text = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`isobar-emulator: ${text}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

main().catch(fail);
