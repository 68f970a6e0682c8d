/**
 * Design 3: a flag passed to `connect` makes every method blocking or async.
 *
 * @example
 * const driver = connect(googleStorage, { key, secret, async: true });
 * for await (const container of driver.iterateContainers()) console.log(container.name);
 */

/** What programs use besides `connect`: errors, models, options, types of drivers, the registry. */
// biome-ignore lint/performance/noReExportAll: one file of 3 kB, so that users install and import one package
export * from '@isobar/core';
export { connect, type FlagDriver, type FlagOptions } from './connect.ts';
