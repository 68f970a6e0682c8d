/**
 * Design 2: blocking methods, and their asynchronous twins beside them under names that end in `Async`.
 *
 * @example
 * const driver = connect(googleStorage, { key, secret });
 * for (const container of driver.iterateContainers()) console.log(container.name);
 * for await (const container of driver.iterateContainersAsync()) console.log(container.name);
 */
export { connect, type MixinDriver } from './connect.ts';
