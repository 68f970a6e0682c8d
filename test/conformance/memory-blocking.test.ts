/** Memory passes the whole kit, blocking. */
import { type EitherStorageDriver, storageConformance } from '@isobar/conformance';
import { memoryStorage } from '@isobar/storage-memory';
import { kindsOf } from '../drivers.ts';

storageConformance({
  provider: 'memory',
  drivers: kindsOf<typeof memoryStorage, EitherStorageDriver>(memoryStorage, { name: 'kit' }).filter(
    ({ kind }) => kind === 'blocking',
  ),
  wrongCredentials: {},
});
