import { expect, test } from 'vitest';
import { checkVersion } from './version.ts';

test.for([
  ['0.1.0', '0.1.0'],
  ['', '0.1.0'],
  ['0.1.0', ''],
] as const)('a program of version %j fits a worker of version %j', ([program, worker]) => {
  expect(() => checkVersion(program, worker)).not.toThrow();
});

test('a worker of another version is refused, with both versions', () => {
  expect(() => checkVersion('0.2.0', '0.1.0')).toThrow(
    'this file is of version 0.1.0, the program uses version 0.2.0: copy the file again',
  );
});
