/**
 * The process of one cell: reads its input from the first argument, does its task, writes its result to descriptor 3.
 * Standard output is left to libraries.
 */
import { writeSync } from 'node:fs';
import { UnsupportedError } from '../clients/client.ts';
import type { CellInput, CellResult, Task } from './cell.ts';

const input = JSON.parse(process.argv[2] ?? '') as CellInput;

function answer(result: CellResult): never {
  const bytes = Buffer.from(JSON.stringify(result));
  for (let at = 0; at < bytes.length; ) at += writeSync(3, bytes, at);
  process.exit(0);
}

process.on('uncaughtException', (failure) => answer({ kind: 'failed', why: String(failure) }));

try {
  const { run } = (await import(`../tasks/${input.task}.ts`)) as { run: Task };
  answer(await run(input));
} catch (failure) {
  if (failure instanceof UnsupportedError) answer({ kind: 'unsupported', why: failure.message });
  answer({ kind: 'failed', why: failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure) });
}
