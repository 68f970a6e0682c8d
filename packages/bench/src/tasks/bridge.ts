/**
 * What blocking costs: a step that does nothing, performed in this thread or in the worker that this thread waits for, and
 * 64 MiB that are handed over.
 */
import {
  defineProvider,
  type Operation,
  type ProviderDefinition,
  type ResponseStream,
  release,
} from '@isobar/core/provider';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import type { Task } from '../runner/cell.ts';
import { checkContent, measureCalls, peakBytes } from './load.ts';
import { clientOf } from './service.ts';

interface Empty {
  nothing(): Operation<void>;
}

/** A stream that nobody has: letting go of it goes all the way and does nothing there. */
const unknownStream: ResponseStream = { stream: -1 };
const sizeBytes = 64 * 1024 * 1024;

const provider: ProviderDefinition<object, object, Empty> = defineProvider<object, object, Empty>({
  id: 'empty',
  name: 'Empty',
  website: 'https://empty.example',
  capabilities: {},
  options: { shape: {}, safeParse: () => ({ success: true, data: {} }) },
  operations: () => ({ nothing: () => release(unknownStream) }),
});

/** Times a step that does nothing, in microseconds a call, and the hand-over of 64 MiB, in milliseconds. */
export const run: Task = async (input) => {
  const empty = await measureCalls(input, callOf(input.contender));
  if (empty.kind !== 'samples') return empty;
  const client = await clientOf(input);
  const handover: number[] = [];
  for (let time = 0; time < 4; time += 1) {
    const started = performance.now();
    const bytes = await client.get('bench', `s${sizeBytes}/body`);
    if (time > 0) handover.push(performance.now() - started);
    checkContent(bytes, sizeBytes);
  }
  return { kind: 'samples', samples: { empty: empty.samples.wall ?? [], handover }, peakBytes: peakBytes() };
};

function callOf(contender: string): () => unknown {
  switch (contender) {
    case 'session-async': {
      const session = new AsyncSession(connectSession(provider, {}));
      return () => session.nothing();
    }
    case 'mixin-async': {
      const driver = connectMixin(provider, {});
      return () => driver.nothingAsync();
    }
    case 'flag-async': {
      const driver = connectFlag(provider, { async: true });
      return () => driver.nothing();
    }
    case 'session-blocking': {
      const driver = connectSession(provider, {});
      return () => driver.nothing();
    }
    case 'mixin-blocking': {
      const driver = connectMixin(provider, {});
      return () => driver.nothing();
    }
    default: {
      const driver = connectFlag(provider, {});
      return () => driver.nothing();
    }
  }
}
