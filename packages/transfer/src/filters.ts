/** Which objects take part in a run. */
import { type Check, recordOf } from '@isobar/core/provider';
import picomatch from 'picomatch/posix';
import type { TreeEntry } from './models.ts';
import { type FilterOptions, filterChecks } from './options.ts';

/** What the filters of a run let through. */
export interface Filters {
  /** By name: also which objects of the destination may be deleted. */
  readonly allowsName: (name: string) => boolean;
  /** By size and time: objects of the source. */
  readonly allowsEntry: (entry: TreeEntry) => boolean;
}

/**
 * Makes a function of filters: whether an object of the source takes part in a run with them.
 *
 * @throws {CloudError} `invalid-argument`.
 *
 * @example
 * const isWanted = entryMatcher({ include: ['*.jpg'], minSizeBytes: 1 });
 * const wanted = entries.filter(isWanted);
 */
export function entryMatcher(options: FilterOptions): (entry: TreeEntry) => boolean {
  const given = recordOf('filters', options, Object.keys(filterChecks));
  for (const [field, check] of Object.entries(filterChecks)) {
    if (given[field] !== undefined) (check as Check)(field, given[field]);
  }
  const { allowsEntry, allowsName } = filtersOf(options);
  return (entry) => allowsName(entry.name) && allowsEntry(entry);
}

/** Makes filters of options. */
export function filtersOf(options: FilterOptions): Filters {
  const { exclude, include, maxSizeBytes, minSizeBytes, modifiedAfter, modifiedBefore } = options;
  const isIncluded = include && matcherOf(include);
  const isExcluded = exclude && matcherOf(exclude);
  return {
    allowsName: (name) => (!isIncluded || isIncluded(name)) && !isExcluded?.(name),
    allowsEntry: ({ lastModified, sizeBytes }) =>
      (minSizeBytes === undefined || sizeBytes >= minSizeBytes) &&
      (maxSizeBytes === undefined || sizeBytes <= maxSizeBytes) &&
      (modifiedAfter === undefined || (lastModified !== undefined && lastModified >= modifiedAfter)) &&
      (modifiedBefore === undefined || (lastModified !== undefined && lastModified < modifiedBefore)),
  };
}

/** Whether a name matches one of the globs. One without a slash is about the last segment. */
function matcherOf(globs: readonly string[]): (name: string) => boolean {
  const matchers = globs.map((glob) => {
    // With `s`, a dot stands for line breaks too, which names may have.
    return picomatch(glob.replace(/^\//, ''), { dot: true, basename: !glob.includes('/'), flags: 's' });
  });
  return (name) => matchers.some((matches) => matches(name));
}
