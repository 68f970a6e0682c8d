/** The types of operations and steps. */
import { expectTypeOf, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { readFile } from '../steps/file-steps.ts';
import { parallel, share } from '../steps/flow-steps.ts';
import { exchange } from '../steps/http-steps.ts';
import { clock, invoke } from '../steps/local-steps.ts';
import type { FlowStep, LocalStep, SingleStep, Step, StepShape, WorkerStep } from '../steps/step.ts';
import { sleep } from '../steps/system-steps.ts';
import type { Operation } from './operation.ts';

declare const request: HttpRequest;

test('a primitive has the type of its reply', () => {
  function* steps(): Operation<void> {
    expectTypeOf(yield* clock()).toEqualTypeOf<number>();
    expectTypeOf(yield* exchange(request)).toEqualTypeOf<HttpResponse>();
    expectTypeOf(yield* parallel([clock()], 2)).toEqualTypeOf<number[]>();
    expectTypeOf(yield* readFile('/a', { maxBytes: 1 })).toEqualTypeOf<Uint8Array | undefined>();
    expectTypeOf(yield* invoke(async (text: string) => text.length, ['a'])).toEqualTypeOf<number>();
    // @ts-expect-error: the arguments are those of the function
    expectTypeOf(yield* invoke((text: string) => text.length, [1])).toEqualTypeOf<number>();
    expectTypeOf(yield* share({}, clock())).toEqualTypeOf<number>();
    expectTypeOf(yield* sleep(1)).toEqualTypeOf<void>();
  }
  expectTypeOf(steps).returns.toEqualTypeOf<Operation<void>>();
});

test('a hand-made step does not compile', () => {
  function* cheat(): Operation<void> {
    // @ts-expect-error: a step is sealed, and only the functions in steps/ can seal one
    yield { kind: 'clock' };
  }
  expectTypeOf(cheat).toBeFunction();
});

test('a hand-made step with every field does not compile', () => {
  const shape: StepShape = { kind: 'exchange', request };
  // @ts-expect-error: the shape of a step is not a step
  const step: Step = shape;
  expectTypeOf(step).toEqualTypeOf<Step>();
});

test('a bare yield does not compile', () => {
  function* forgetful(): Operation<void> {
    // @ts-expect-error: nothing is not a step
    yield;
  }
  expectTypeOf(forgetful).toBeFunction();
});

test('yielding an operation instead of delegating to it does not compile', () => {
  function* starless(): Operation<void> {
    // @ts-expect-error: an operation is not a step; it needs yield*
    yield clock();
  }
  expectTypeOf(starless).toBeFunction();
});

test('a promise cannot be waited for', () => {
  function* impatient(): Operation<void> {
    // @ts-expect-error: a promise is not a step
    yield Promise.resolve();
  }
  expectTypeOf(impatient).toBeFunction();
});

test('the reply to a step is unknown until a primitive casts it', () => {
  expectTypeOf<Parameters<Operation<void>['next']>>().toEqualTypeOf<[] | [unknown]>();
});

test('a step says where it is performed', () => {
  expectTypeOf<SingleStep>().toEqualTypeOf<WorkerStep | LocalStep>();
  expectTypeOf<Extract<WorkerStep, LocalStep | FlowStep>>().toEqualTypeOf<never>();
  expectTypeOf<WorkerStep['kind']>().toEqualTypeOf<
    'exchange' | 'read' | 'passed' | 'release' | 'sleep' | 'file' | 'program' | 'module'
  >();
});

test('a step for the calling thread cannot be sent to a worker', () => {
  const send = (step: WorkerStep): WorkerStep => step;
  const local = {} as LocalStep;
  // @ts-expect-error: it may contain the caller's functions
  expectTypeOf(send(local)).toEqualTypeOf<WorkerStep>();
});
