/** Warns of slow blocking calls while the event loop has other work. The option is `warnBlockingMs` in `options.ts`. */
import type { BlockingRunner } from './calls/runner.ts';
import type { CalledMethod } from './tracing.ts';

type Runner = Pick<BlockingRunner, 'run'>;

/** Minimum time between two warnings about the same method. */
const quietMs = 60_000;

/**
 * Active resources that do not count as other work. Pipes and terminals may be the standard streams, which stay active
 * while nothing is read or written. Nothing waits for a file that is being closed. The port is the one on which a worker
 * thread receives its messages.
 *
 * @see https://nodejs.org/api/process.html#processgetactiveresourcesinfo
 */
const idleResources: ReadonlySet<string> = new Set(['PipeWrap', 'TTYWrap', 'CloseReq', 'MessagePort']);

/** The time of a method's last warning, and the number of slow calls since then. */
interface Reported {
  readonly atMs: number;
  unreportedCalls: number;
}

/**
 * Makes a runner that warns when a call takes longer than a limit while the event loop has other work, at most once a
 * minute for each method. It checks for other work only after a slow call.
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

/** The kinds of active resources besides this call; `unknown` if the runtime does not report them. */
function otherWork(): readonly string[] {
  const resources = (process as Partial<typeof process>).getActiveResourcesInfo?.() ?? ['unknown'];
  return [...new Set(resources)].filter((resource) => !idleResources.has(resource));
}

/** The stack line of the program's call; `undefined` when a bundler put this package and the program into one file. */
function callerLine(): string | undefined {
  const ownFolder = new URL('.', import.meta.url).pathname;
  const lines = new Error('stack').stack?.split('\n') ?? [];
  return lines.find((line) => /:\d+:\d+\)?$/.test(line) && !line.includes(ownFolder))?.trim();
}
