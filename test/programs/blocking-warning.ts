/**
 * Makes a call to a service that answers late, in a program that has other work or none, and lets Node print the warnings.
 * `node blocking-warning.ts DESIGN WAY ENDPOINT KEY SECRET`
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as flag from '@isobar/design-flag';
import * as mixin from '@isobar/design-mixin';
import * as session from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';

const [, , design, way, endpoint = '', key = '', secret = ''] = process.argv;
const limit = way === 'off' ? {} : { warnBlockingMs: way === 'below the limit' ? 600_000 : 50 };
const options = { key, secret, endpoint, ...limit };
const { connect } = design === 'mixin' ? mixin : design === 'session' ? session : flag;

/** The same call in the asynchronous kind. */
function listAsync(): Promise<unknown> {
  if (design === 'mixin') return mixin.connect(googleStorage, options).listContainersAsync();
  if (design === 'flag') return flag.connect(googleStorage, { ...options, async: true }).listContainers();
  return new session.AsyncSession(session.connect(googleStorage, options)).listContainers();
}

const server = createServer();
if (way !== 'script') await once(server.listen(0, '127.0.0.1'), 'listening');
if (way === 'async') await listAsync();
else if (way === 'listing') for (const _ of connect(googleStorage, options).iterateContainers()) break;
else connect(googleStorage, options).listContainers();
server.close();
