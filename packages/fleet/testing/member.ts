/**
 * One member of a fleet in a process of its own: plans, works or verifies. Prints lines of JSON: what happens, and how it ended.
 *
 * Its only argument is a {@link Member} in JSON.
 */
import { isCloudError } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { Fleet, type OpenQueue, type PlanOptions, redisQueue, type WorkOptions } from '@isobar/fleet';
import { googleStorage } from '@isobar/storage-google';

/** What a member does. */
export interface Member {
  readonly call: 'plan' | 'work' | 'verify';
  readonly endpoint: string;
  readonly key: string;
  readonly secret: string;
  readonly queue?: string;
  readonly lostAfterMs?: number;
  /** Whether the bytes pass through the worker: the destination has a driver of its own. */
  readonly through?: boolean;
  /** Number of a chunk at which the process is killed, as the system does when memory runs out. */
  readonly diesAt?: number;
  readonly options?: Omit<PlanOptions, 'signal'> | Omit<WorkOptions, 'signal'>;
}

const member = JSON.parse(process.argv[2] ?? '') as Member;
const { call, diesAt, endpoint, key, lostAfterMs = 1500, options = {}, queue, secret, through } = member;

/** A queue whose worker dies at a chunk. */
function dying(open: OpenQueue): OpenQueue {
  return async (planId) => {
    const opened = await open(planId);
    return {
      add: async (chunks) => await opened.add(chunks),
      control: async (command) => await opened.control(command),
      counts: async () => await opened.counts(),
      close: async () => await opened.close(),
      async work(handle, work) {
        const handleOrDie: typeof handle = async (chunk, attempt) => {
          if (chunk.chunk === diesAt && attempt.lost < 5) process.kill(process.pid, 'SIGKILL');
          return await handle(chunk, attempt);
        };
        await opened.work(handleOrDie, work);
      },
    };
  };
}

const driver = connect(googleStorage, { key, secret, endpoint, async: true });
const target = through ? connect(googleStorage, { key, secret, endpoint, async: true }) : driver;
const print = (event: object): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};
const fleet = new Fleet({
  plan: { driver, container: 'target', prefix: 'plans/one' },
  from: { driver, container: 'source' },
  to: { driver: target, container: 'target', prefix: 'copy' },
  ...(queue && { queue: dying(redisQueue(queue, { lostAfterMs })) }),
});
try {
  const watching = {
    onChunk: ({ chunk, counts, pass }: { chunk: number; counts: object; pass: string }) =>
      print({ chunk, counts, pass }),
    onNotice: (notice: string) => print({ notice }),
  };
  const onProgress = ({ chunks }: { readonly chunks: number }): void => print({ planned: chunks });
  if (call === 'plan') print({ ended: await fleet.plan({ ...(options as PlanOptions), onProgress }) });
  else print({ ended: await fleet[call]({ ...(options as WorkOptions), ...watching }) });
} catch (failure) {
  print({ failed: isCloudError(failure) ? failure.code : 'bug', message: (failure as Error).message });
  process.exitCode = 1;
} finally {
  await fleet.close();
  await target.close();
  await driver.close();
}
