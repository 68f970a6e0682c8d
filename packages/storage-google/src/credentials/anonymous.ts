/** No credentials: access to public data only. */

import { noSigner } from './bearer-tokens.ts';
import { type Credentials, immediate } from './credentials.ts';

/** Sends requests without authorization. */
export const anonymous: Credentials = {
  authorize: ({ headers }) => immediate({ ...headers }),
  signer: () => noSigner('anonymous access has no key'),
};
