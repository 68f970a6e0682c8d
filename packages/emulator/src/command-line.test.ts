import { expect, test } from 'vitest';
import { helpText, readCommandLine, UsageError } from './command-line.ts';
import { defaultSettings, flags } from './options.ts';

test('no arguments mean the defaults', () => {
  expect(readCommandLine([])).toEqual({ kind: 'serve', settings: defaultSettings, json: false });
});

test('flags become settings', () => {
  const command = readCommandLine(['--storage-port', '0', '--data=/tmp/x', '--latency-ms', '20', '--json']);
  const settings = { ...defaultSettings, storagePort: 0, data: '/tmp/x', latencyMs: 20 };
  expect(command).toEqual({ kind: 'serve', settings, json: true });
});

test('switches, enumerated values and repeated flags', () => {
  const command = readCommandLine(['--strict', '--token', 'a', '--token=b', '--multi-delete=create-error']);
  const settings = { ...defaultSettings, strict: true, accessTokens: ['a', 'b'], multiDelete: 'create-error' };
  expect(command).toEqual({ kind: 'serve', settings, json: false });
});

test('several accounts', () => {
  const command = readCommandLine(['--account', 'GOOG1A:se:cret', '--account=GOOG1B:x']);
  const accounts = [
    { accessKey: 'GOOG1A', secret: 'se:cret' },
    { accessKey: 'GOOG1B', secret: 'x' },
  ];
  expect(command).toEqual({ kind: 'serve', settings: { ...defaultSettings, accounts }, json: false });
});

test.each([
  [['--account', 'GOOG1A'], /--account needs an access key and a secret: --account ID:SECRET/],
  [['--account', ':x'], /--account needs/],
  [['--account', 'GOOG1A:'], /--account needs/],
  [['--account', 'A:x', '--account', 'A:y'], /--account A: another account has this key/],
  [['--account', 'A:x', '--access-key', 'A'], /--account A: another account has this key/],
  [['--storage-prot', '1'], /--storage-prot/],
  [['--storage-port', 'abc'], /--storage-port must be a whole number from 0 to 65535, not "abc"/],
  [['--compute-port', '65536'], /--compute-port must be/],
  [['--latency-ms', '-1'], /--latency-ms/],
  [['--data', ''], /--data needs a value/],
  [['--token', ''], /--token needs a value: --token TOKEN/],
  [['--multi-delete', 'off'], /--multi-delete must be one of on, unsupported, create-error, not "off"/],
  [['--strict=yes'], /--strict/],
  [['extra'], /extra/],
])('%j is refused with a hint', (args, message) => {
  expect(() => readCommandLine(args)).toThrow(UsageError);
  expect(() => readCommandLine(args)).toThrow(message);
});

test('the help names every flag', () => {
  for (const name of Object.keys(flags)) expect(helpText()).toContain(`--${name} `);
});

test('the default credentials look like real ones', () => {
  expect(defaultSettings.accessKey).toMatch(/^GOOG1.{56}$/);
  expect(defaultSettings.secret).toHaveLength(40);
});
