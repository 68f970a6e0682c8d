/** A test server that answers late, for drivers of the memory provider. No time passes: a late answer comes in the next turn of the event loop. */
import type { AnyStorage, Kind } from '../src/driver.ts';
import type { FaultControl } from '../src/test-server.ts';
import { givesSequence } from './sequences.ts';

/** A server and its control. */
export interface SlowServer {
  readonly faults: FaultControl;
  /** Puts a driver in front of this server. A late answer is a slow call, which a blocking driver reports if asked to. */
  connect(driver: AnyStorage, kind: Kind, options: { readonly warnBlockingMs?: number }): AnyStorage;
}

type Method = (...args: unknown[]) => unknown;

/** Makes a server that answers at once until it is slowed down. */
export function slowServer(): SlowServer {
  let lateAnswers = 0;
  const isLate = (): boolean => lateAnswers > 0 && lateAnswers-- > 0;

  const blocking =
    (method: Method, isReporting: boolean): Method =>
    (...args) => {
      if (isLate() && isReporting) process.emitWarning('slow', { code: 'ISOBAR_BLOCKING_CALL' });
      return method(...args);
    };
  const async =
    (method: Method): Method =>
    async (...args) => {
      const mustWait = isLate();
      try {
        return await method(...args);
      } finally {
        if (mustWait) await new Promise((resolve) => setImmediate(resolve));
      }
    };

  return {
    faults: {
      async inject({ kind }, times = 1) {
        if (kind !== 'delay') throw new Error(`the slow server has no fault "${kind}"`);
        lateAnswers += times;
      },
      async clear() {
        lateAnswers = 0;
      },
    },
    connect(driver, kind, { warnBlockingMs = 0 }) {
      const methods = Object.entries(driver).filter(
        ([name, member]) => typeof member === 'function' && name !== 'close' && !givesSequence(name),
      );
      const late = methods.map(([name, method]) => [
        name,
        kind === 'async' ? async(method as Method) : blocking(method as Method, warnBlockingMs > 0),
      ]);
      return { ...driver, ...Object.fromEntries(late) } as AnyStorage;
    },
  };
}
