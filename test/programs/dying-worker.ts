/**
 * Makes blocking calls over a worker that ends in the way its first argument says, and prints what came of them.
 * `node dying-worker.ts exit|throw|hang|none ENDPOINT KEY SECRET`
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

const [, , way = '', endpoint = '', key = '', secret = ''] = process.argv;

const threads: typeof import('node:worker_threads') = createRequire(import.meta.url)('node:worker_threads');
const { Worker } = threads;
let started = 0;

/** The first worker ends soon after it has begun; later ones are as they should be. */
class DyingWorker extends Worker {
  constructor(program: URL, options: object) {
    started += 1;
    const ends: Record<string, string> = {
      exit: 'process.exit(3)',
      throw: 'throw new Error("crashed")',
      hang: 'for (;;) {}',
    };
    const dies = `setTimeout(() => { ${ends[way] ?? ''} }, 300); import(${JSON.stringify(program.href)});`;
    super(started === 1 ? new URL(`data:text/javascript,${encodeURIComponent(dies)}`) : program, options);
  }
}
Object.assign(threads, { Worker: DyingWorker });
syncBuiltinESMExports();

const { connect } = await import('@isobar/design-flag');
const { googleStorage } = await import('@isobar/storage-google');
const driver = connect(googleStorage, { key, secret, endpoint, retry: false });

const outcome = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (failure) {
    return (failure as { code: string }).code;
  }
};
const first = outcome(() => driver.getContainer('stalled'));
const second = outcome(() => driver.listContainers().length);
console.log(JSON.stringify({ first, second, started }));
