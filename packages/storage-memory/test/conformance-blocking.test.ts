/** Memory passes the whole kit, blocking. */
import { type EitherStorageDriver, storageConformance } from '@isobar/conformance';
import { memoryStorage } from '@isobar/storage-memory';
import { flagDrivers } from '../../design-flag/testing/drivers.ts';

const drivers = flagDrivers<typeof memoryStorage, EitherStorageDriver>(memoryStorage, { name: 'kit' });
storageConformance({
  provider: 'memory',
  drivers: drivers.filter(({ kind }) => kind === 'blocking'),
  without: ['credentials', 'http'],
});
