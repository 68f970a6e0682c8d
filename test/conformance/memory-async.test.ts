/** Memory passes the whole kit, async. */
import { type EitherStorageDriver, storageConformance } from '@isobar/conformance';
import { memoryStorage } from '@isobar/storage-memory';
import { kindsOf } from '../drivers.ts';

storageConformance({
  provider: 'memory',
  drivers: kindsOf<typeof memoryStorage, EitherStorageDriver>(memoryStorage, { name: 'kit' }).filter(
    ({ kind }) => kind === 'async',
  ),
  wrongCredentials: {},
});
