/**
 * Random operations for tests of the engine: trees of flow steps, cleanup, failures and cancellation, as data. Sleeps have
 * different durations, so that a performer which always ends the shortest sleep has only one way to go.
 */
import fc from 'fast-check';
import { cancellation } from '../src/engine/cancellation.ts';
import type { Group } from '../src/engine/engine.ts';
import { CloudError } from '../src/errors.ts';
import { cleanUp, type Operation, parallel, race, share, sleep, stat } from '../src/provider.ts';

/** An operation as data. A negative sleep fails. */
export type Tree =
  | { readonly kind: 'sleeps'; readonly times: readonly number[] }
  | { readonly kind: 'parallel'; readonly limit: number; readonly children: readonly Tree[] }
  | { readonly kind: 'race'; readonly children: readonly Tree[] }
  | { readonly kind: 'share'; readonly owner: number; readonly child: Tree }
  | { readonly kind: 'careful' | 'tidy'; readonly child: Tree }
  | { readonly kind: 'cancel' };

/** Random trees. */
export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => {
  const children = fc.array(tie('tree'), { minLength: 1, maxLength: 4 });
  return {
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      {
        arbitrary: fc.record({ kind: fc.constant('sleeps' as const), times: fc.array(times(), { maxLength: 3 }) }),
        weight: 4,
      },
      { arbitrary: fc.record({ kind: fc.constant('cancel' as const) }), weight: 1 },
      {
        arbitrary: fc.record({
          kind: fc.constant('parallel' as const),
          limit: fc.integer({ min: 1, max: 3 }),
          children,
        }),
        weight: 3,
      },
      { arbitrary: fc.record({ kind: fc.constant('race' as const), children }), weight: 2 },
      {
        arbitrary: fc.record({
          kind: fc.constant('share' as const),
          owner: fc.integer({ min: 0, max: 1 }),
          child: tie('tree'),
        }),
        weight: 3,
      },
      {
        arbitrary: fc.record({ kind: fc.constantFrom('careful' as const, 'tidy' as const), child: tie('tree') }),
        weight: 3,
      },
    ),
  };
}).tree;

function times(): fc.Arbitrary<number> {
  return fc.oneof({ arbitrary: fc.integer({ min: 1, max: 9 }), weight: 5 }, { arbitrary: fc.constant(-5), weight: 1 });
}

/** What operations note of themselves. */
export class Notes {
  /** How often each operation, by its path in the tree, started, ended and cleaned up. */
  readonly started: string[] = [];
  readonly ended: string[] = [];
  readonly begunCleanups: string[] = [];
  readonly endedCleanups: string[] = [];
  /** Limits that were exceeded, and owners that ran two shared operations at once. */
  readonly broken: string[] = [];
  readonly owners: readonly object[] = [{}, {}, {}, {}, {}, {}, {}, {}];
  /** The shared operations that run, by owner. */
  readonly sharing = new Map<number, Pick<Group, 'scope'> | undefined>();
  sleeps = 0;
  /** Cancels the call. */
  cancel: (failure: CloudError) => void = () => {};
  /** The group of the shared operation that starts: one that is cancelled has been forgotten, and may meet the next one. */
  groupOf: (owner: object) => Group | undefined = () => undefined;
}

/** The operation that a tree describes. */
export function* operationOf(tree: Tree, notes: Notes, path = '0', lastOwner = -1): Operation<unknown> {
  notes.started.push(path);
  try {
    return yield* bodyOf(tree, notes, path, lastOwner);
  } finally {
    notes.ended.push(path);
  }
}

function* bodyOf(tree: Tree, notes: Notes, path: string, lastOwner: number): Operation<unknown> {
  const inner = (child: Tree, index = 0): Operation<unknown> =>
    operationOf(child, notes, `${path}.${index}`, lastOwner);
  switch (tree.kind) {
    case 'sleeps':
      for (const time of tree.times) {
        notes.sleeps += 1;
        yield* sleep(time * 1000 + Math.sign(time) * notes.sleeps);
      }
      return path;
    case 'cancel':
      notes.cancel(new CloudError('aborted', 'the call was cancelled'));
      return yield* sleep(1);
    case 'parallel':
      return yield* parallel(limited(tree.children.map(inner), tree.limit, notes), tree.limit);
    case 'race':
      return yield* race(tree.children.map(inner));
    case 'share':
      return yield* shared(tree, notes, path, lastOwner);
    case 'careful':
      try {
        return yield* inner(tree.child);
      } catch (failure) {
        if (failure === cancellation) throw failure;
        yield* sleep(500 + notes.sleeps);
        return `${path} caught ${(failure as Error).message}`;
      }
    case 'tidy':
      try {
        return yield* inner(tree.child);
      } finally {
        notes.begunCleanups.push(path);
        yield* cleanUp(stat(`cleanup of ${path}`));
        notes.endedCleanups.push(path);
      }
  }
}

/** Operations must not share on an owner on which they are shared themselves, so inner ones have later owners. */
function* shared(tree: Extract<Tree, { kind: 'share' }>, notes: Notes, path: string, last: number): Operation<unknown> {
  const owner = last + 1 + (tree.owner % 2);
  const key = notes.owners[owner];
  if (!key) return path;
  function* once(): Operation<unknown> {
    const isRunning = notes.sharing.has(owner) && !notes.sharing.get(owner)?.scope.failure;
    if (isRunning) notes.broken.push(`two shared operations of owner ${owner}`);
    const group = notes.groupOf(key as object);
    notes.sharing.set(owner, group);
    try {
      return yield* operationOf(tree.child, notes, `${path}.0`, owner);
    } finally {
      if (notes.sharing.get(owner) === group) notes.sharing.delete(owner);
    }
  }
  return yield* share(key, once());
}

/** The operations, which note when more than the limit run. */
function limited(operations: readonly Operation<unknown>[], limit: number, notes: Notes): Operation<unknown>[] {
  let running = 0;
  return operations.map(function* (operation): Operation<unknown> {
    running += 1;
    if (running > limit) notes.broken.push(`${running} operations run, the limit is ${limit}`);
    try {
      return yield* operation;
    } finally {
      running -= 1;
    }
  });
}
