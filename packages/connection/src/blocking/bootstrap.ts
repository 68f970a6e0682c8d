import { word } from './protocol.ts';

/**
 * The source of the first thing that a worker runs: it loads the worker's program, and tells the blocked thread why and
 * that the worker ends. It stands outside the program, so that it also tells of a program that cannot be loaded, and it is
 * text, so that no bundler changes it.
 *
 * No handler runs when a worker is terminated or out of memory; see `Channel` for how that is noticed.
 */
export const bootstrap: string = `
const { memory, port, program } = process.getBuiltinModule('node:worker_threads').workerData;
process.on('exit', () => {
  Atomics.store(memory, ${word.ended}, 1);
  Atomics.notify(memory, ${word.messages});
});
const tell = (thrown) => {
  const { name, message, stack, code } = thrown instanceof Error ? thrown : new Error(String(thrown));
  port.postMessage({
    kind: 'crashed',
    failure: { name, message, stack, code: typeof code === 'string' ? code : undefined },
  });
};
process.on('uncaughtExceptionMonitor', tell);
import(program).catch((failure) => {
  tell(failure);
  process.exit(1);
});
`;
