/**
 * What a call costs besides its steps: an operation that yields none, called through a driver, or driven by a loop that does
 * nothing else. No network, no thread.
 */
import { defineProvider, type Operation, type ProviderDefinition } from '@isobar/core/provider';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import type { Task } from '../runner/cell.ts';

interface Nothing {
  answer(question: number): Operation<number>;
}

const table: Nothing = {
  // biome-ignore lint/correctness/useYield: an operation without a step is the point
  *answer(question: number): Operation<number> {
    return question + 1;
  },
};

const provider: ProviderDefinition<object, object, Nothing> = defineProvider<object, object, Nothing>({
  id: 'nothing',
  name: 'Nothing',
  website: 'https://nothing.example',
  capabilities: {},
  options: { shape: {}, safeParse: () => ({ success: true, data: {} }) },
  operations: () => table,
});

const callsOfBatch = 2000;

/** Times a call whose operation yields no step, in nanoseconds a call. */
export const run: Task = async ({ contender, warmUpMs, measureMs }) => {
  const call = callOf(contender);
  const batch = async (): Promise<number> => {
    let total = 0;
    const started = process.hrtime.bigint();
    if (contender.endsWith('-async')) {
      for (let index = 0; index < callsOfBatch; index += 1) total += await call(index);
    } else {
      for (let index = 0; index < callsOfBatch; index += 1) total += call(index) as number;
    }
    const took = Number(process.hrtime.bigint() - started) / callsOfBatch;
    if (total !== (callsOfBatch * (callsOfBatch + 1)) / 2) throw new Error(`wrong result: ${total}`);
    return took;
  };
  for (const warm = performance.now(); performance.now() - warm < warmUpMs; ) await batch();
  const wall: number[] = [];
  for (const began = performance.now(); performance.now() - began < measureMs && wall.length < 60; ) {
    wall.push(await batch());
  }
  return { kind: 'samples', samples: { [contender.endsWith('-async') ? 'async' : 'blocking']: wall } };
};

function callOf(contender: string): (question: number) => number | Promise<number> {
  switch (contender) {
    case 'bare-async':
      return async (question) => drive(table.answer(question));
    case 'bare-blocking':
      return (question) => drive(table.answer(question));
    case 'session-async': {
      const session = new AsyncSession(connectSession(provider, {}));
      return (question) => session.answer(question);
    }
    case 'session-blocking': {
      const driver = connectSession(provider, {});
      return (question) => driver.answer(question);
    }
    case 'mixin-async': {
      const driver = connectMixin(provider, {});
      return (question) => driver.answerAsync(question);
    }
    case 'mixin-blocking': {
      const driver = connectMixin(provider, {});
      return (question) => driver.answer(question);
    }
    case 'flag-async': {
      const driver = connectFlag(provider, { async: true });
      return (question) => driver.answer(question);
    }
    default: {
      const driver = connectFlag(provider, {});
      return (question) => driver.answer(question);
    }
  }
}

function drive(operation: Operation<number>): number {
  let next = operation.next();
  while (!next.done) next = operation.next(undefined);
  return next.value;
}
