/** No credentials: only what everybody may do. */

import { noSigner } from './bearer-tokens.ts';
import { type Credentials, given } from './credentials.ts';

/** Sends requests as they are. */
export const anonymous: Credentials = {
  authorize: ({ headers }) => given({ ...headers }),
  signer: () => noSigner('anonymous access has no key'),
};
