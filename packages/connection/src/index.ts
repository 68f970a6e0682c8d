/** Performs the steps of Isobar's operations. For packages that make drivers; applications use one of the designs. */

export { type RunOptions, runAsync, runBlocking } from './calls/run.ts';
export {
  type AsyncDriverMembers,
  type AsyncMethods,
  asyncDriver,
  asyncMethodsOf,
  type BlockingDriverMembers,
  type BlockingMethods,
  blockingDriver,
  blockingMethodsOf,
  type Connection,
  createConnection,
  markDriver,
} from './connection.ts';
export type { ConnectionOptions } from './options.ts';
export type { ExchangeTrace, OperationTrace } from './tracing.ts';
