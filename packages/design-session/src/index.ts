/**
 * Design 1: a blocking driver, and an asynchronous session around it.
 *
 * @example
 * const driver = connect(testCompute, { key, secret });
 * const nodes = driver.listNodes();
 * await using session = new AsyncSession(driver);
 * const again = await session.listNodes();
 */
export { type AsyncDriver, AsyncSession, type AsyncSessionConstructor } from './async-session.ts';
export { connect, type SessionDriver } from './connect.ts';
