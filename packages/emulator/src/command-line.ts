/**
 * Reads the command line. Errors name the flag and what to do instead.
 */
import { parseArgs } from 'node:util';
import { guest, type KeyPair } from './identity/accounts.ts';
import { defaultSettings, type Flag, flags, type Settings } from './options.ts';

/** An error of the caller, not of the emulator: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'serve'; readonly settings: Settings; readonly json: boolean };

/** Reads the arguments after the script's name. */
export function readCommandLine(args: readonly string[]): Command {
  const { values } = parse(args);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const chosen: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const value = values[name];
    if (typeof value === 'string') chosen[flag.option] = readValue(name, flag, value);
    else if (Array.isArray(value)) {
      chosen[flag.option] = value.map((text) => (flag.value === 'pairs' ? readPair : readText)(name, flag, text));
    } else if (value !== undefined) chosen[flag.option] = value;
  }
  const settings: Settings = { ...defaultSettings, ...chosen };
  refuseRepeatedKeys(settings);
  return { kind: 'serve', settings, json: values.json === true };
}

function refuseRepeatedKeys({ accessKey, accounts }: Settings): void {
  const seen = new Set([accessKey, guest.accessKey]);
  for (const account of accounts) {
    if (seen.has(account.accessKey))
      throw new UsageError(`--account ${account.accessKey}: another account has this key.`);
    seen.add(account.accessKey);
  }
}

function parse(args: readonly string[]): { readonly values: Readonly<Record<string, unknown>> } {
  const known = Object.entries(flags).map(
    ([name, { value }]) =>
      [
        name,
        { type: value === 'switch' ? 'boolean' : 'string', multiple: value === 'list' || value === 'pairs' },
      ] as const,
  );
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        ...Object.fromEntries(known),
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    const message = (error as Error).message.split('. ')[0];
    throw new UsageError(`${message}. Run with --help to see all flags.`);
  }
}

function readValue(name: string, flag: Flag, text: string): string | number {
  if (flag.value === 'text') return readText(name, flag, text);
  if (typeof flag.value !== 'string') {
    if (flag.value.includes(text)) return text;
    throw new UsageError(`--${name} must be one of ${flag.value.join(', ')}, not "${text}".`);
  }
  const max = flag.value === 'port' ? 65_535 : 3_600_000;
  if (!/^\d+$/.test(text) || Number(text) > max) {
    throw new UsageError(`--${name} must be a whole number from 0 to ${max}, not "${text}".`);
  }
  return Number(text);
}

function readText(name: string, flag: Flag, text: string): string {
  if (text === '') throw new UsageError(`--${name} needs a value: --${name} ${flag.hint}.`);
  return text;
}

function readPair(name: string, { hint }: Flag, text: string): KeyPair {
  const [, accessKey, secret] = /^([^:]+):(.+)$/.exec(text) ?? [];
  if (accessKey !== undefined && secret !== undefined) return { accessKey, secret };
  throw new UsageError(`--${name} needs an access key and a secret: --${name} ${hint}.`);
}

/** The text of `--help`. */
export function helpText(): string {
  const rows = Object.entries(flags).map(([name, { hint, help }]) => [`--${name} ${hint}`.trimEnd(), help] as const);
  const all = [
    ...rows,
    ['--json', 'print one line of JSON when ready'],
    ['--help', 'show this text'],
    ['--version', 'show the version'],
  ] as const;
  return `Usage: isobar-emulator [flags]

Starts a local Google Cloud Storage (XML API) and a test compute cloud.

${all.map(([name, help]) => `  ${name.padEnd(29)}${help}`).join('\n')}
`;
}
