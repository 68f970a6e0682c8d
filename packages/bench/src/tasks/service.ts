/** The service that a storage cell talks to, and the client that it measures. */
import type { Client } from '../clients/client.ts';
import { openClient } from '../contenders.ts';
import type { CellInput } from '../runner/cell.ts';

/** Opens the cell's contender. */
export async function clientOf(input: CellInput, url: string = input.services.origin): Promise<Client> {
  const { key, secret } = input.services;
  return openClient(input.contender, { url, key, secret, connections: Math.max(input.at ?? 1, 16) });
}
