/** An object of 64 MiB as a stream, whose pieces are counted. */
import { UnsupportedError } from '../clients/client.ts';
import type { Task } from '../runner/cell.ts';
import { clientOf, costOf, measureTimes } from './load.ts';

/** Times a stream, in microseconds. */
export const run: Task = async (input) => {
  const sizeBytes = Number(input.settings.sizeBytes);
  const client = await clientOf(input);
  const stream = async (): Promise<void> => {
    if (!client.stream) throw new UnsupportedError('it is not measured with streams');
    const received = await client.stream('bench', `s${sizeBytes}/stream`);
    if (received !== sizeBytes) throw new Error(`wrong result: ${received} bytes instead of ${sizeBytes}`);
  };
  return measureTimes(input, 2, stream, () => costOf(stream));
};
