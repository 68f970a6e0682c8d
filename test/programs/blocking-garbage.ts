/**
 * Makes blocking calls that move 512 KiB each way, collects garbage in this thread and in its worker, and prints what is
 * still in use: bytes outside the heaps, and handles of the worker. `hold` keeps the read bytes, as a leak would.
 * `node --expose-gc blocking-garbage.ts CALLS let-go|hold ENDPOINT KEY SECRET`
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { MessageChannel, Worker, type WorkerOptions } from 'node:worker_threads';

const [, , calls = '', way = '', endpoint = '', key = '', secret = ''] = process.argv;
const { port1: ask, port2 } = new MessageChannel();
/** Set by the worker: a flag that it has measured, bytes, handles. */
const found = new Int32Array(new SharedArrayBuffer(12));

const threads: typeof import('node:worker_threads') = createRequire(import.meta.url)('node:worker_threads');
threads.Worker = class extends Worker {
  constructor(source: string | URL, options: WorkerOptions) {
    const { program } = options.workerData as { program: string };
    const looking = `import { workerData } from 'node:worker_threads';
      const { ask, found } = workerData;
      ask.on('message', () => {
        gc();
        gc();
        found[1] = process.memoryUsage().external;
        found[2] = process.getActiveResourcesInfo().length;
        Atomics.store(found, 0, 1);
        Atomics.notify(found, 0);
      });
      ask.unref();
      await import(${JSON.stringify(program)});`;
    super(source, {
      ...options,
      workerData: {
        ...options.workerData,
        program: `data:text/javascript,${encodeURIComponent(looking)}`,
        ask: port2,
        found,
      },
      transferList: [...(options.transferList ?? []), port2],
    });
  }
};
syncBuiltinESMExports();

const { connect } = await import('@isobar/design-flag');
const { googleStorage } = await import('@isobar/storage-google');
const driver = connect(googleStorage, { key, secret, endpoint });
const data = new Uint8Array(512 * 1024);
const held: Uint8Array[] = [];
for (let call = 0; call < Number(calls); call += 1) {
  driver.writeObject(data, 'stalled', 'garbage');
  const bytes = driver.readObject({ container: 'stalled', name: 'garbage' });
  if (way === 'hold') held.push(bytes);
}
const collect = globalThis.gc as () => void;
collect();
collect();
ask.postMessage('look');
Atomics.wait(found, 0, 0);
const [, workerBytes, workerHandles] = found;
console.log(
  JSON.stringify({ threadBytes: process.memoryUsage().external, workerBytes, workerHandles, held: held.length }),
);
ask.close();
