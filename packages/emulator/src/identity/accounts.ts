/**
 * The accounts of the storage service: the emulator's own, configured ones, and a guest. Each has an HMAC key and owns
 * the buckets and objects that it creates; the guest cannot create buckets.
 */
import { createHash } from 'node:crypto';
import { ACCOUNT_EMAIL } from './service-account.ts';

/** An HMAC key and its secret. */
export interface KeyPair {
  readonly accessKey: string;
  readonly secret: string;
}

/** An account. */
export interface Account extends KeyPair {
  /** Its id in access control lists: 64 hex digits, as Google's ids are. */
  readonly id: string;
  readonly email: string;
  /** Its name in documents. */
  readonly name: string;
}

/** The default owner. */
export const OWNER_ID = '00b4903a97e0c1b1f9b1e0d1a4d4b5a8c8b3d4d2c0f1e2a3b4c5d6e7f8091a2b';

/** May do only what access control lists grant it. It owns the objects that it is allowed to create. */
export const guest: Account = {
  accessKey: 'GOOG1GUESTGUESTGUESTGUESTGUESTGUESTGUESTGUESTGUESTGUESTGUESTG',
  secret: 'guest-secret-guest-secret-guest-secret-g',
  email: 'guest@isobar.example',
  id: '00b4903a9700000000000000000000000000000000000000000000000000face',
  name: 'guest',
};

/** The accounts that own buckets: the emulator's own first. An id depends only on the access key. */
export function owningAccounts(own: KeyPair, others: readonly KeyPair[]): readonly [Account, ...Account[]] {
  const { accessKey, secret } = own;
  return [
    { accessKey, secret, id: OWNER_ID, email: ACCOUNT_EMAIL, name: 'emulator' },
    ...others.map((pair) => ({
      accessKey: pair.accessKey,
      secret: pair.secret,
      id: OWNER_ID.slice(0, 10) + createHash('sha256').update(pair.accessKey).digest('hex').slice(0, 54),
      email: `${pair.accessKey.toLowerCase()}@isobar.example`,
      name: pair.accessKey,
    })),
  ];
}
