/**
 * Design 2: every method twice, blocking and async; the async names end in `Async`.
 *
 * @example
 * const driver = connect(googleStorage, { key, secret });
 * for (const container of driver.iterateContainers()) console.log(container.name);
 * for await (const container of driver.iterateContainersAsync()) console.log(container.name);
 */

/** What programs use besides `connect`: errors, models, options, types of drivers, the registry. */
// biome-ignore lint/performance/noReExportAll: one file of 3 kB, so that users install and import one package
export * from '@isobar/core';
export { asyncOf, connect, type MixinDriver } from './connect.ts';
