#!/usr/bin/env node
/**
 * `isobar-emulator`: the command line.
 */
import { readFileSync } from 'node:fs';
import { helpText, readCommandLine, UsageError } from './command-line.ts';
import { watchLifetime } from './lifetime.ts';
import { guest, type Settings } from './options.ts';
import { type Running, StartError, serve } from './serve.ts';

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  if (command.kind === 'help') {
    process.stdout.write(helpText());
    return;
  }
  if (command.kind === 'version') {
    const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    process.stdout.write(`${manifest.version}\n`);
    return;
  }
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

function readyJson({ storage, compute }: Running, { accessKey, secret, user, password }: Settings): string {
  return `${JSON.stringify({ storage, compute, accessKey, secret, guest, user, password, pid: process.pid })}\n`;
}

function readyText({ storage, compute }: Running, settings: Settings): string {
  return `Isobar's emulator is ready. Everything is kept in ${settings.data ?? 'memory'}.

  storage   ${storage}
            access key  ${settings.accessKey}
            secret      ${settings.secret}
  compute   ${compute}
            user        ${settings.user}
            password    ${settings.password}

Stop it with Ctrl-C.
`;
}

function fail(error: unknown): never {
  const known = error instanceof UsageError || error instanceof StartError;
  const text = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`isobar-emulator: ${text}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

main().catch(fail);
