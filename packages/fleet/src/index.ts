/**
 * Copies and verifies trees with many machines: the transfers of `@isobar/transfer` in chunks, on a queue that may be lost.
 *
 * @example
 * const fleet = new Fleet({ plan, from, to, queue: redisQueue('redis://queue.internal') });
 * await fleet.plan();
 * await fleet.work();
 */
export { Fleet, type FleetOptions } from './fleet.ts';
export type {
  ActiveChunk,
  Chunk,
  ChunkResult,
  CopyRules,
  FleetReport,
  FleetStatus,
  Pass,
  PassKind,
  PassStatus,
  PlannedTree,
  PlanProgress,
  PlanRecord,
  PlanSummary,
  QueueCounts,
  WorkProgress,
  WorkSummary,
} from './models.ts';
export type { PlanOptions, WorkOptions } from './options.ts';
export type { Attempt, FleetQueue, HandleChunk, OpenQueue, QueueCommand, QueuedChunk, QueueWork } from './queue.ts';
export { type RedisQueueOptions, redisQueue } from './redis-queue.ts';
