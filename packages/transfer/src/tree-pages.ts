/** Lists a tree, for callers that hand out its objects themselves. */
import {
  type CallOptions,
  type Cancellable,
  flagOf,
  type MethodTable,
  method,
  methodsOn,
  millisecondsOf,
  type Operation,
  type OptionChecks,
  textOf,
} from '@isobar/core/provider';
import { type EntryReader, readEntries } from './entries.ts';
import type { TreeEntry } from './models.ts';
import { type AnyTree, type AsyncTree, type BlockingTree, sideOf } from './sides.ts';
import { checkedDriver, isBlocking } from './start-run.ts';

/** Options of `treePages`. */
export interface TreePagesOptions extends CallOptions {
  /** Only objects whose names below the prefix come after this one. */
  readonly startAfter?: string;
  /** Sort the names in memory, up to a million, if the service does not list them in byte order. Default: it is refused. */
  readonly sortListings?: boolean;
}

interface PageOperations {
  treePages(options?: TreePagesOptions): Operation<readonly TreeEntry[] | undefined>;
}

const checks: OptionChecks<TreePagesOptions> = {
  timeoutMs: millisecondsOf,
  startAfter: textOf,
  sortListings: flagOf,
};

const methods: MethodTable<PageOperations> = { treePages: method('operation', [], checks) };

/**
 * The objects of a tree in byte order of their names, a page of the service at a time: what `copyTree` and the others take as
 * `entries`. One exchange a page.
 *
 * @throws {CloudError} `not-found` when the container does not exist; `unsupported` for names out of order.
 *
 * @example
 * for await (const entries of treePages(from)) await copyTree(from, to, { entries }).report();
 */
export function treePages(
  tree: AsyncTree,
  options?: TreePagesOptions & Cancellable,
): AsyncIterable<readonly TreeEntry[]>;
export function treePages(tree: BlockingTree, options?: TreePagesOptions): Iterable<readonly TreeEntry[]>;
export function treePages(tree: AnyTree, options: TreePagesOptions = {}): unknown {
  const driver = checkedDriver('treePages', tree);
  const nextPage = (): ((options: TreePagesOptions) => unknown) => {
    let reader: EntryReader | undefined;
    const own = methodsOn<PageOperations>(driver, {
      id: 'transfer',
      operations: {
        *treePages({ sortListings: sorted = false, startAfter: after }: TreePagesOptions = {}) {
          reader ??= readEntries(sideOf('from', tree), { after, checksums: false, sorted });
          if (reader.hasEnded) return undefined;
          yield* reader.fetch();
          return reader.entries.length > 0 ? reader.entries : undefined;
        },
      },
      methods,
    });
    return own.treePages as (options: TreePagesOptions) => unknown;
  };
  return isBlocking(driver) ? blockingPages(nextPage, options) : asyncPages(nextPage, options);
}

type Page = readonly TreeEntry[] | undefined;
type NextPage = () => (options: TreePagesOptions) => unknown;

function blockingPages(begin: NextPage, options: TreePagesOptions): Iterable<readonly TreeEntry[]> {
  return {
    *[Symbol.iterator]() {
      const next = begin() as (options: TreePagesOptions) => Page;
      for (let page = next(options); page; page = next(options)) yield page;
    },
  };
}

function asyncPages(begin: NextPage, options: TreePagesOptions): AsyncIterable<readonly TreeEntry[]> {
  return {
    async *[Symbol.asyncIterator]() {
      const next = begin() as (options: TreePagesOptions) => Promise<Page>;
      for (let page = await next(options); page; page = await next(options)) yield page;
    },
  };
}
