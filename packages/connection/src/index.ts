/** Performs the steps of Isobar's operations. For the packages that make faces; applications use one of the designs. */
export {
  type AsyncColour,
  type AsyncFace,
  asyncColour,
  asyncFace,
  type BlockingColour,
  type BlockingFace,
  blockingColour,
  blockingFace,
  type Connection,
  openConnection,
} from './connection.ts';
export type { ConnectionOptions } from './options.ts';
export type { ExchangeTrace, OperationTrace } from './tracing.ts';
