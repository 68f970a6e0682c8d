/** No credentials: access to public data only. */

import { immediate } from '@isobar/core/provider';
import { type Credentials, noSigner } from './credentials.ts';

/** Sends requests without authorization. */
export const anonymous: Credentials = {
  authorize: ({ headers }) => immediate({ ...headers }),
  signer: () => noSigner('anonymous access has no key'),
};
