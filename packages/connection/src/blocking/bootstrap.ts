import { word } from './protocol.ts';

/**
 * The source code that a worker runs first. It loads the worker's program, and reports to the blocked thread that the
 * worker ends and why. It is separate from the program so that it can report a program that fails to load, and it is text
 * so that no bundler changes it.
 *
 * No handler runs when a worker is terminated or out of memory; `channel.ts` describes how that is detected.
 */
export const bootstrap: string = `
const { memory, port, program } = process.getBuiltinModule('node:worker_threads').workerData;
const end = () => {
  Atomics.store(memory, ${word.ended}, 1);
  Atomics.add(memory, ${word.messages}, 1);
  Atomics.notify(memory, ${word.messages});
};
process.on('exit', end);
const report = (thrown) => {
  const { name, message, stack, code } = thrown instanceof Error ? thrown : new Error(String(thrown));
  port.postMessage({
    kind: 'crashed',
    failure: { name, message, stack, code: typeof code === 'string' ? code : undefined },
  });
};
process.on('uncaughtExceptionMonitor', report);
import(program)
  .then(() => {
    if (Atomics.load(memory, ${word.started}) === 0) throw new Error('this file is not isobar-worker.mjs of @isobar/connection');
  })
  .catch((failure) => {
    report(failure);
    end();
    process.exit(1);
  });
`;
