/** The engine alone: performers of these tests have no I/O, and answer in any order. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Notes, operationOf, trees } from '../../testing/random-operations.ts';
import { CloudError } from '../errors.ts';
import { cleanUp, type Operation, on, parallel, race, type SingleStep, share, sleep, stat } from '../provider.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { ScriptedScope } from '../testing/scripted-scope.ts';
import { type Group, makeTask, type Performer, type Place, placeOf, resume, type Task } from './engine.ts';

forbidIo({ beforeEach, afterEach });

const stepFailure = new Error('the step failed');

/** Keeps the steps that tasks wait for until the test answers them. */
class Answering implements Performer {
  readonly flights = new Map<object, Group>();
  readonly pending: { readonly task: Task; readonly step: SingleStep }[] = [];

  perform(task: Task, step: SingleStep): void {
    this.pending.push({ task, step });
  }

  enter(...[step, scope]: Parameters<Performer['enter']>): Place {
    return placeOf(step, scope, this);
  }

  start(operation: Operation<unknown>, scope = new ScriptedScope()): Task {
    const task = makeTask(operation, this, scope);
    this.proceed(task, resume(task, undefined));
    return task;
  }

  /** Answers a pending step: a negative sleep fails, and so does a cancelled step, unless it was completed anyway. */
  answer(index: number, isCompletedAnyway = false): void {
    const [answered] = this.pending.splice(index, 1);
    if (!answered) throw new Error('nothing is pending');
    const { step, task } = answered;
    const isCancelled = task.current.failure !== undefined && !isCompletedAnyway;
    const hasFailed = isCancelled || (step.kind === 'sleep' && step.milliseconds < 0);
    this.proceed(task, resume(task, hasFailed ? stepFailure : undefined, hasFailed));
  }

  /** Answers the steps in their order until none is left. */
  answerAll(): void {
    while (this.pending.length > 0) this.answer(0);
  }

  /** Pending steps that should be cancelled, because their call or group is, and running shared operations that should not. */
  uncancelled(call: ScriptedScope): unknown[] {
    const steps = this.pending.filter(({ step, task }) => {
      const isOver = task.group?.isSettled ? task.scope.failure === undefined : call.failure && !isCleaningUp(task);
      return isOver && !step.isCleanup && !task.current.failure;
    });
    const flights = [...this.flights.values()].filter(({ scope, waiting }) => scope.failure && waiting.size > 0);
    return [...steps, ...flights];
  }

  private proceed(task: Task, step: SingleStep | undefined): void {
    if (step) this.perform(task, step);
  }
}

/** Whether a task is part of a cleanup, which a cancelled call still does. In these tests cleanup has no groups. */
function isCleaningUp(task: Task): boolean {
  return task.current === task.cleanup;
}

describe('random operations', () => {
  const choices = fc.infiniteStream(fc.nat());
  const properties = { numRuns: 400 };

  test('end, each once, within their limits, after all their cleanup, in whatever order steps are answered', () => {
    fc.assert(
      fc.property(trees, choices, fc.nat(30), (tree, choice, cancelAfter) => {
        const [performer, notes, scope] = [new Answering(), new Notes(), new ScriptedScope()];
        notes.cancel = (failure) => scope.cancel(failure);
        notes.groupOf = (owner) => performer.flights.get(owner);
        const task = performer.start(operationOf(tree, notes), scope);
        const next = (): number => choice.next().value;
        let answers = 0;
        while (performer.pending.length > 0) {
          if (answers === cancelAfter) scope.cancel(new CloudError('timeout', 'time is up'));
          expect(performer.uncancelled(scope)).toEqual([]);
          performer.answer(next() % performer.pending.length, next() % 3 === 0);
          answers += 1;
          if (answers > 5000) throw new Error('it does not end');
        }
        expect(task.hasEnded).toBe(true);
        expect(notes.ended.toSorted()).toEqual(notes.started.toSorted());
        expect(new Set(notes.started).size).toBe(notes.started.length);
        expect(notes.endedCleanups.toSorted()).toEqual(notes.begunCleanups.toSorted());
        expect(notes.broken).toEqual([]);
        expect([performer.flights.size, scope.listenerCount]).toEqual([0, 0]);
        if (task.hasFailed) expect([stepFailure, scope.failure]).toContain(task.value);
      }),
      properties,
    );
  });

  test('without failures and cancelling return their results in order', () => {
    const names = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 9 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 4 }), choices, (counts, limit, choice) => {
        function* named(name: number, count: number): Operation<number> {
          for (let step = 0; step < count; step += 1) yield* sleep(1);
          return name;
        }
        const performer = new Answering();
        const task = performer.start(
          parallel(
            counts.map((count, name) => named(name, count)),
            limit,
          ),
        );
        while (performer.pending.length > 0) performer.answer(choice.next().value % performer.pending.length);
        expect(task.value).toEqual(counts.map((_, name) => name));
      }),
      properties,
    );
  });
});

/** Sleeps, then returns its name. Notes how it ended, and cleans up. */
function* sleeper(name: string, ms: number, log: string[]): Operation<string> {
  let how = 'cancelled';
  try {
    yield* sleep(ms);
    how = 'done';
    return name;
  } finally {
    log.push(`${name} ${how}`);
    if (how === 'cancelled') yield* cleanUp(stat(name));
  }
}

describe('race', () => {
  test('returns the first result, after the others have cleaned up', () => {
    const [performer, log]: [Answering, string[]] = [new Answering(), []];
    const task = performer.start(race([sleeper('a', 1, log), sleeper('b', 1, log), sleeper('c', 1, log)]));
    performer.answer(1);
    expect([log, task.hasEnded, performer.pending.length]).toEqual([['b done'], false, 2]);
    performer.answerAll();
    expect([log, task.value]).toEqual([['b done', 'a cancelled', 'c cancelled'], 'b']);
  });

  test('throws the first failure', () => {
    const [performer, log]: [Answering, string[]] = [new Answering(), []];
    const task = performer.start(race<unknown>([sleeper('a', 1, log), sleep(-1)]));
    performer.answer(1);
    performer.answerAll();
    expect([task.hasFailed, task.value, log]).toEqual([true, stepFailure, ['a cancelled']]);
  });

  test('does not start operations after one that ends at once', () => {
    const [performer, log]: [Answering, string[]] = [new Answering(), []];
    // biome-ignore lint/correctness/useYield: it ends at once
    function* immediate(): Operation<string> {
      return 'now';
    }
    const task = performer.start(race([sleeper('before', 1, log), immediate(), sleeper('after', 1, log)]));
    performer.answerAll();
    expect([task.value, log]).toEqual(['now', ['before cancelled']]);
  });

  test('without operations is refused', () => {
    const task = new Answering().start(race([]));
    expect(task.value).toMatchObject({ code: 'invalid-argument', details: { field: 'operations' } });
  });

  test('a loser that completes its step despite the cancellation does not change the result', () => {
    const [performer, log]: [Answering, string[]] = [new Answering(), []];
    const task = performer.start(race([sleeper('a', 1, log), sleeper('b', 1, log)]));
    performer.answer(0);
    performer.answer(0, true);
    expect([task.value, log]).toEqual(['a', ['a done', 'b done']]);
  });
});

describe('parallel with a function that says when it is enough', () => {
  test('cancels the others and starts no more', () => {
    const [performer, log]: [Answering, string[]] = [new Answering(), []];
    const operations = ['a', 'b', 'c', 'd'].map((name) => sleeper(name, 1, log));
    const isEnough = (): boolean => log.includes('b done');
    const task = performer.start(parallel(operations, 3, isEnough));
    performer.answer(1);
    performer.answerAll();
    expect(log).toEqual(['b done', 'a cancelled', 'c cancelled']);
    expect([task.hasFailed, task.value]).toEqual([false, [undefined, 'b', undefined]]);
  });

  test('fails when the function does', () => {
    const performer = new Answering();
    const mistake = new TypeError('a mistake');
    const task = performer.start(
      parallel([sleeper('a', 1, []), sleeper('b', 1, [])], 2, () => {
        throw mistake;
      }),
    );
    performer.answerAll();
    expect([task.hasFailed, task.value]).toEqual([true, mistake]);
  });
});

describe('on', () => {
  const driver = {};

  test('runs its operation where the performer says', () => {
    const other = new Answering();
    const performer = new (class extends Answering {
      override enter(...[step, scope]: Parameters<Performer['enter']>): Place {
        return step.kind === 'on' && step.driver === driver ? placeOf(step, scope, other) : super.enter(step, scope);
      }
    })();
    const task = performer.start(on(driver, sleeper('there', 1, [])));
    expect([performer.pending.length, other.pending.length]).toEqual([0, 1]);
    other.answer(0);
    expect(task.value).toBe('there');
  });

  test('a performer that refuses fails the step, and the operation may continue', () => {
    const refusal = new CloudError('session-closed', 'closed');
    const performer = new (class extends Answering {
      override enter(): Place {
        throw refusal;
      }
    })();
    function* careful(): Operation<unknown> {
      try {
        return yield* on(driver, sleep(1));
      } catch (failure) {
        return failure;
      }
    }
    expect(performer.start(careful()).value).toBe(refusal);
  });
});

test('an operation that only runs groups without waiting does not exhaust the stack', () => {
  function* busy(): Operation<number> {
    for (let round = 0; round < 20_000; round += 1) yield* parallel([], 1);
    return 20_000;
  }
  expect(new Answering().start(busy()).value).toBe(20_000);
});

test('a shared operation whose last caller is cancelled is forgotten, so the next caller starts another', () => {
  const [performer, log, owner]: [Answering, string[], object] = [new Answering(), [], {}];
  const scope = new ScriptedScope();
  const first = performer.start(share(owner, sleeper('first', 1, log)), scope);
  scope.cancel(new CloudError('aborted', 'enough'));
  const second = performer.start(share(owner, sleeper('second', 1, log)));
  performer.answerAll();
  expect([first.value, second.value]).toEqual([scope.failure, 'second']);
  expect(log).toEqual(['first cancelled', 'second done']);
});

test('a shared operation that cancels its caller when it starts is cancelled', () => {
  const [performer, log, scope]: [Answering, string[], ScriptedScope] = [new Answering(), [], new ScriptedScope()];
  function* cancelling(): Operation<string> {
    scope.cancel(new CloudError('aborted', 'enough'));
    return yield* sleeper('shared', 1, log);
  }
  const task = performer.start(share({}, cancelling()), scope);
  performer.answerAll();
  expect([log, task.value]).toEqual([['shared cancelled'], scope.failure]);
});
