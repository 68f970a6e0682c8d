/** The commands `isobar fleet …`: their options and help. */
import type { Command, Option } from 'commander';
import { share, size, whole } from './option-values.ts';
import type { Add } from './program.ts';

/** Options that other commands have, too. */
interface SharedOptions {
  readonly filters: (command: Command) => Command;
  readonly overwrite: Option;
}

const queue = [
  '--queue <url>',
  'Redis or Valkey, such as redis://HOST:6379 (default: the variable ISOBAR_QUEUE)',
] as const;

/** Options of commands that work. */
function working(command: Command): Command {
  return command
    .option(...queue)
    .option('--concurrency <count>', 'objects of a chunk in progress at once (default 16)', whole(1))
    .option('--share <share>', 'without a queue: every n-th chunk only, such as 3/16 in an array of jobs', share)
    .option('--name <name>', 'name of this worker in the status (default: machine and process)');
}

/** Adds the commands. */
export function addFleet(add: Add, { filters, overwrite }: SharedOptions): void {
  filters(
    add(
      'plan <plan> <source> <destination>',
      'List the source, and write what is to be copied in chunks beside the plan, which is a folder of a bucket.',
      [
        'fleet plan gs://backup/plans/photos s3://photos gs://backup/photos',
        "fleet plan s3://ops/plans/logs s3://logs gs://logs --include '*.gz' --bandwidth 500M",
      ],
      async () => (await import('./commands/fleet.ts')).plan,
    ),
  )
    .option(...queue)
    .option('--chunk-objects <count>', 'objects in a chunk (default 10,000)', whole(1))
    .option('--chunk-size <size>', 'a chunk with so many bytes gets no more objects (default 10G)', size)
    .option('--listings <count>', 'parts of the source that are listed at the same time (default 8)', whole(1))
    .option('--bandwidth <size>', 'at most this many bytes a second of all workers together, such as 500M', size)
    .option('--no-metadata', 'copy the bytes only')
    .option('--sort', 'sort names in memory, where a service does not list them in byte order')
    .option('--checksum', 'compare the bytes of what both have, not the times')
    .option('--size-only', 'compare the sizes of what both have')
    .addOption(overwrite);
  working(
    add(
      'work <plan>',
      'Copy the chunks of a plan until all are done. Run it on as many machines as you like; each needs the same profiles.',
      [
        'fleet work gs://backup/plans/photos --queue redis://queue.internal',
        'fleet work gs://backup/plans/photos',
        'fleet work gs://backup/plans/photos --share $SLURM_ARRAY_TASK_ID/16',
      ],
      async () => (await import('./commands/fleet.ts')).work,
    ),
  );
  working(
    add(
      'verify <plan>',
      'Compare the bytes of what was copied: a second pass, together with all who work. Exit code 1 if they differ.',
      ['fleet verify gs://backup/plans/photos --queue redis://queue.internal'],
      async () => (await import('./commands/fleet.ts')).verify,
    ),
  );
  working(
    add(
      'retry <plan>',
      'Copy again what failed, together with all who work.',
      ['fleet retry gs://backup/plans/photos --queue redis://queue.internal'],
      async () => (await import('./commands/fleet.ts')).retry,
    ),
  );
  add(
    'status <plan>',
    'Say how far a plan has come, and who works on it.',
    ['fleet status gs://backup/plans/photos', 'fleet status gs://backup/plans/photos --json | jq .passes'],
    async () => (await import('./commands/fleet.ts')).status,
  ).option(...queue);
  add(
    'pause <plan>',
    'Let no worker begin another chunk.',
    ['fleet pause gs://backup/plans/photos --queue redis://queue.internal'],
    async () => (await import('./commands/fleet.ts')).pause,
  ).option(...queue);
  add(
    'resume <plan>',
    'End a pause.',
    ['fleet resume gs://backup/plans/photos --queue redis://queue.internal'],
    async () => (await import('./commands/fleet.ts')).resume,
  ).option(...queue);
  add(
    'limit <plan> <bandwidth>',
    'Change how many bytes a second all workers together may move; 0: no limit.',
    ['fleet limit gs://backup/plans/photos 200M --queue redis://queue.internal'],
    async () => (await import('./commands/fleet.ts')).limit,
  ).option(...queue);
  add(
    'cancel <plan>',
    'End a plan for good. What was copied stays.',
    ['fleet cancel gs://backup/plans/photos'],
    async () => (await import('./commands/fleet.ts')).cancel,
  ).option(...queue);
  add(
    'report <plan>',
    'Write the objects that succeeded and that failed as two files beside the plan. Exit code 1 if some failed or are left.',
    ['fleet report gs://backup/plans/photos', 'cat gs://backup/plans/photos/report/failed.jsonl'],
    async () => (await import('./commands/fleet.ts')).report,
  );
}
