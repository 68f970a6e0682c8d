/** The cost of a call apart from its steps: an operation that yields none, called through a driver or driven by a bare loop. */
import {
  argument,
  type CallOptions,
  checkedLater,
  defineProvider,
  method,
  type Operation,
  type ProviderDefinition,
} from '@isobar/core/provider';
import { connect } from '@isobar/design-flag';
import type { Task } from '../runner/cell.ts';
import { measureCalls, type Work } from './load.ts';

interface Nothing {
  answer(question: number, options?: CallOptions): Operation<number>;
}

const operations: Nothing = {
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
  methods: { answer: method('operation', [argument('question', checkedLater)], { timeoutMs: checkedLater }) },
  operations: () => operations,
});

/** Times a call whose operation yields no step, in nanoseconds. */
export const run: Task = async (input) => {
  const { contender } = input;
  const isAsync = contender.endsWith('-async');
  const driver = connect(provider, { async: isAsync });
  const calls: Record<string, Work> = {
    'bare-async': async (question) => drive(operations.answer(question)),
    'bare-blocking': (question) => drive(operations.answer(question)),
  };
  const result = await measureCalls(input, calls[contender] ?? ((question) => driver.answer(question)));
  if (result.kind !== 'samples') return result;
  if ((await driver.answer(41)) !== 42) throw new Error('wrong result');
  const nanoseconds = (result.samples.time ?? []).map((microseconds) => microseconds * 1000);
  return { kind: 'samples', samples: { [isAsync ? 'async' : 'blocking']: nanoseconds } };
};

function drive(operation: Operation<number>): number {
  let next = operation.next();
  while (!next.done) next = operation.next(undefined);
  return next.value;
}
