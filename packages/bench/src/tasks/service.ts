/** The service that a storage cell talks to, and the client that it measures. */
import type { Client } from '../clients/client.ts';
import { UnsupportedError } from '../clients/client.ts';
import { contenderOf, openClient } from '../contenders.ts';
import type { CellInput } from '../runner/cell.ts';

/** Opens the cell's contender; refuses a blocking one more than one call in flight. */
export async function clientOf(input: CellInput, url: string = input.services.origin): Promise<Client> {
  const inFlight = input.at ?? 1;
  if (inFlight > 1 && contenderOf(input.contender).colour === 'blocking') {
    throw new UnsupportedError('a blocked thread has one call in flight');
  }
  const { key, secret } = input.services;
  return openClient(input.contender, { url, key, secret, connections: Math.max(inFlight, 16) });
}
