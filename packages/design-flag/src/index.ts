/**
 * Design 3: a flag on the constructor decides the kind of every method.
 *
 * @example
 * const driver = connect(googleStorage, { key, secret, async: true });
 * for await (const container of driver.iterateContainers()) console.log(container.name);
 */
export { connect, type FlagDriver, type FlagOptions } from './connect.ts';
