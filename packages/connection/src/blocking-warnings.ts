/** Warns of blocking calls that hold up an event loop with other work; the option is `warnBlockingMs` in `options.ts`. */
import type { BlockingRunner } from './runner.ts';
import type { CalledMethod } from './tracing.ts';

type Runner = Pick<BlockingRunner, 'run'>;

/** How long a method that was reported is not reported again. */
const quietMs = 60_000;

/**
 * Active resources that are no other work. Pipes and terminals may be the standard streams, which stay active while
 * nothing is read or written. A file that is being closed waits for nobody. The port is that on which a worker thread gets
 * its orders.
 *
 * @see https://nodejs.org/api/process.html#processgetactiveresourcesinfo
 */
const idleResources: ReadonlySet<string> = new Set(['PipeWrap', 'TTYWrap', 'CloseReq', 'MessagePort']);

/** A method's last warning, and the slow calls since then. */
interface Reported {
  readonly atMs: number;
  unreportedCalls: number;
}

/**
 * A runner that warns when a call takes longer than a limit while the event loop has other work: once for each method
 * in a minute. What else the loop has to do is looked up only after a slow call.
 */
export function warningRunner(runner: Runner, limitMs: number): Runner {
  const reportedMethods = new Map<string, Reported>();
  const warn = ({ operation, provider }: CalledMethod, tookMs: number, nowMs: number): void => {
    const work = otherWork();
    if (work.length === 0) return;
    const last = reportedMethods.get(operation);
    if (last && nowMs - last.atMs < quietMs) {
      last.unreportedCalls += 1;
      return;
    }
    reportedMethods.set(operation, { atMs: nowMs, unreportedCalls: 0 });
    const sentences = [
      `${provider} ${operation} blocked the event loop for ${Math.round(tookMs)} ms while it had other work (${work.join(', ')})`,
      'Use the asynchronous kind of this method and await it',
      ...(last?.unreportedCalls ? [`Slow calls since the last warning: ${last.unreportedCalls}`] : []),
    ];
    const detail = callerLine();
    process.emitWarning(sentences.join('. '), {
      type: 'IsobarWarning',
      code: 'ISOBAR_BLOCKING_CALL',
      ...(detail !== undefined && { detail }),
    });
  };
  return {
    run(method, operation, options) {
      const startedMs = performance.now();
      try {
        return runner.run(method, operation, options);
      } finally {
        const nowMs = performance.now();
        if (nowMs - startedMs > limitMs) warn(method, nowMs - startedMs, nowMs);
      }
    },
  };
}

/** What keeps the event loop alive besides this call, each kind once. Where the runtime does not tell, something does. */
function otherWork(): readonly string[] {
  const resources = (process as Partial<typeof process>).getActiveResourcesInfo?.() ?? ['unknown'];
  return [...new Set(resources)].filter((resource) => !idleResources.has(resource));
}

/** The line of the program that made the call. Undefined when a bundler put this package and the program into one file. */
function callerLine(): string | undefined {
  const ownFolder = new URL('.', import.meta.url).pathname;
  const lines = new Error('stack').stack?.split('\n') ?? [];
  return lines.find((line) => /:\d+:\d+\)?$/.test(line) && !line.includes(ownFolder))?.trim();
}
