/** Which versions of Node the emulator starts in. */
import { expect, test } from 'vitest';
import { checkNodeVersion } from './node-version.ts';

test.each(['22.19.0', '22.20.1', '24.0.0'])('starts in Node %s', (version) => {
  expect(() => checkNodeVersion('>=22.19', version)).not.toThrow();
});

test.each(['20.20.2', '22.18.0'])('refuses Node %s, and says what it needs', (version) => {
  expect(() => checkNodeVersion('>=22.19', version)).toThrow(`needs Node 22.19 or newer; this is Node ${version}`);
});
