/**
 * Design 1: a blocking driver, and an async session around it.
 *
 * @example
 * const driver = connect(testCompute, { key, secret });
 * const nodes = driver.listNodes();
 * await using session = new AsyncSession(driver);
 * const again = await session.listNodes();
 */

/** What programs use besides `connect`: errors, models, options, types of drivers, the registry. */
// biome-ignore lint/performance/noReExportAll: one file of 3 kB, so that users install and import one package
export * from '@isobar/core';
export { AsyncSession, type AsyncSessionConstructor, type SessionOf } from './async-session.ts';
export { connect, type SessionDriver } from './connect.ts';
