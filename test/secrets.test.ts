/** Drivers are logged and serialised by accident: what they are made from must not show. */
import { inspect } from 'node:util';
import { testCompute } from '@isobar/compute-test';
import * as flag from '@isobar/design-flag';
import * as mixin from '@isobar/design-mixin';
import * as session from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';
import { expect, test } from 'vitest';

const secret = 'not-to-be-seen';
const keys = { key: 'GOOG1E', secret };
const showing = (value: unknown) =>
  `${JSON.stringify(value)} ${inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true })}`;

test.for([
  ['flag, blocking', () => flag.connect(googleStorage, keys)],
  ['flag, async', () => flag.connect(googleStorage, { ...keys, async: true })],
  ['flag, a token', () => flag.connect(googleStorage, { accessToken: secret })],
  ['flag, compute', () => flag.connect(testCompute, keys)],
  ['mixin', () => mixin.connect(googleStorage, keys)],
  ['session, blocking', () => session.connect(googleStorage, keys)],
  ['session, async', () => new session.AsyncSession(session.connect(googleStorage, keys))],
] as const)('a driver of %s shows no secret when it is printed or serialised', ([, open]) => {
  expect(showing(open())).not.toContain(secret);
  expect(showing({ secret })).toContain(secret);
});
