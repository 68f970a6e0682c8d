/** The commands, their options and help. What a command does is in `commands/`, and is loaded only when it is called. */
import { Command, CommanderError, Option } from 'commander';
import type { CommandContext } from './command-context.ts';
import { addFleet } from './fleet-program.ts';
import { collect, lifetime, range, size, time, whole } from './option-values.ts';
import { runCommand } from './run-command.ts';

/** Set when the package is bundled. */
declare const ISOBAR_VERSION: string | undefined;

/** Runs a command. */
export type Handler = (context: CommandContext, args: readonly string[], options: never) => Promise<number | undefined>;

/**
 * Runs a command line. Prints to the streams of the process, and reads its environment and signals.
 *
 * @param args The arguments, without the program.
 * @returns The exit code; the README has the table.
 *
 * @example
 * process.exitCode = await run(['cp', 'report.pdf', 's3://bucket/']);
 */
export async function run(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = makeProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (failure) {
    if (failure instanceof CommanderError) return failure.exitCode === 0 ? 0 : 2;
    throw failure;
  }
  return exitCode;
}

const overwrite = new Option('--overwrite <which>', 'which objects of the destination are replaced').choices([
  'different',
  'older',
  'always',
  'never',
]);

/** Options that choose objects. */
function filters(command: Command): Command {
  return command
    .option('--include <glob>', 'only these names; can be repeated', collect)
    .option('--exclude <glob>', 'not these names; can be repeated', collect)
    .option('--min-size <size>', 'only objects of at least this size', size)
    .option('--max-size <size>', 'only objects of at most this size', size)
    .option('--newer-than <time>', 'only objects modified since a date or age, such as 7d', time)
    .option('--older-than <time>', 'only objects modified before a date or age', time);
}

/** Options of commands that move trees. */
function transfers(command: Command): Command {
  return filters(command)
    .option('-n, --dry-run', 'only say what would be done')
    .option('--concurrency <count>', 'objects in progress at once (default 16)', whole(1))
    .option('--bandwidth <size>', 'at most this many bytes a second, such as 10M', size)
    .option('--journal <file>', 'keep in a file how far it has come, and go on where the run before stopped')
    .option('--fsync', 'write each file of a folder to the disk before it counts as done')
    .option('--metadata', 'copy types, headers and metadata also into a folder (as files in .isobar)')
    .option('--no-metadata', 'copy the bytes only')
    .option('--sort', 'sort names in memory, where a service does not list them in byte order');
}

/** Adds a command to a group. */
export type Add = (
  usage: string,
  summary: string,
  examples: readonly string[],
  load: () => Promise<Handler>,
) => Command;

function adder(group: Command, done: (exitCode: number) => void): Add {
  return (usage, summary, examples, load) => {
    const command = group
      .command(usage, { isDefault: group.name() === 'profiles' && usage === 'ls' })
      .description(summary)
      .exitOverride()
      .configureHelp({ showGlobalOptions: true })
      .addHelpText('after', `\nExamples:\n${examples.map((example) => `  isobar ${example}`).join('\n')}`);
    return command.action(async () => {
      const options = command.optsWithGlobals();
      done(await runCommand(options, async (context) => (await load())(context, command.args, options as never)));
    });
  };
}

/** Makes the program. @param done Called with the exit code of a command. */
function makeProgram(done: (exitCode: number) => void): Command {
  const program = new Command('isobar')
    .description('Objects and nodes of any cloud, from the command line.')
    .version(typeof ISOBAR_VERSION === 'string' ? ISOBAR_VERSION : 'unknown', '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--json', 'print results as lines of JSON')
    .option('-v, --verbose', 'also print objects about which there is nothing to do')
    .option('-q, --quiet', 'print failures only')
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      `
Places:
  s3://BUCKET/NAME     Amazon S3 and what speaks like it    gs://BUCKET/NAME   Google Cloud Storage
  PROFILE://BUCKET/NAME  a profile of the config file       file:PATH, PATH    the disk
  -                    standard input or output, for one object

Examples:
  isobar cp report.pdf s3://bucket/2026/
  isobar sync ./photos gs://backup/photos --delete --dry-run
  isobar verify s3://bucket gs://backup

isobar COMMAND --help has examples of each command.`,
    );

  const add = adder(program, done);

  add(
    'ls [places...]',
    'List buckets, folders and objects.',
    ['ls s3://', 'ls s3://bucket/2026/', "ls -l 'gs://bucket/**/*.pdf'", 'ls -r --json s3://bucket | jq .sizeBytes'],
    async () => (await import('./commands/ls.ts')).ls,
  )
    .option('-l, --long', 'with size, time and type')
    .option('-r, --recursive', 'all objects below');
  add(
    'stat <places...>',
    'Describe objects or buckets.',
    ['stat s3://bucket/report.pdf', 'stat --json gs://bucket'],
    async () => (await import('./commands/stat.ts')).stat,
  );
  add(
    'cat <places...>',
    'Write objects to the standard output.',
    ['cat s3://bucket/log.txt', 'cat --range 0-1023 gs://bucket/video.mp4 | file -'],
    async () => (await import('./commands/cat.ts')).cat,
  ).option('--range <bytes>', 'only some bytes, such as 0-99, or 100- for the rest', range);
  transfers(
    add(
      'cp <places...>',
      'Copy objects, files and trees; the last place is the destination. Each copy is verified.',
      [
        'cp report.pdf s3://bucket/2026/',
        'cp s3://bucket/report.pdf .',
        'cp -r s3://bucket/photos gs://backup/photos',
        "cp 's3://bucket/logs/*.gz' ./logs/",
        'pg_dump db | isobar cp - s3://bucket/db.sql',
      ],
      async () => (await import('./commands/cp.ts')).cp,
    ),
  )
    .option('-r, --recursive', 'copy what is below, to the same names below the destination')
    .option('--checksum', 'compare the bytes of what both have, not the times')
    .addOption(overwrite)
    .option('--content-type <type>', 'of the copy of one object');
  transfers(
    add(
      'mv <places...>',
      'Move objects, files and trees: copy, verify, then delete the source.',
      ['mv s3://bucket/draft.txt s3://bucket/final.txt', 'mv -r s3://old/data gs://new/data', 'mv log.txt gs://logs/'],
      async () => (await import('./commands/cp.ts')).mv,
    ),
  )
    .option('-r, --recursive', 'move what is below')
    .addOption(overwrite);
  transfers(
    add(
      'sync <source> <destination>',
      'Copy what differs, and with --delete remove what the source does not have.',
      [
        'sync ./site s3://bucket --delete --dry-run',
        'sync s3://bucket gs://backup --journal backup.journal',
        "sync ./photos gs://photos --exclude '*.tmp' --bandwidth 5M",
      ],
      async () => (await import('./commands/sync.ts')).sync,
    ),
  )
    .option('--delete', 'at the end, delete what the source does not have')
    .option('--max-delete <count>', 'delete nothing if more than this would be deleted', whole(0))
    .option('--checksum', 'compare the bytes of what both have, not the times')
    .option('--size-only', 'compare the sizes of what both have')
    .addOption(overwrite);
  filters(
    add(
      'verify <source> <destination>',
      'Compare the bytes of two trees or objects. Exit code 1 if they differ.',
      ['verify ./photos gs://backup/photos', 'verify --quick s3://bucket gs://backup'],
      async () => (await import('./commands/verify.ts')).verify,
    ),
  )
    .option('--quick', 'compare names, sizes and times only')
    .option('--ignore-extra', 'do not mind what only the destination has')
    .option('--concurrency <count>', 'objects in progress at once (default 16)', whole(1))
    .option('--sort', 'sort names in memory, where a service does not list them in byte order');
  add(
    'rm <places...>',
    'Delete objects.',
    [
      'rm s3://bucket/old.txt',
      'rm -r s3://bucket/tmp/ --dry-run',
      "rm 'gs://bucket/*.bak'",
      'rm --uploads s3://bucket',
    ],
    async () => (await import('./commands/rm.ts')).rm,
  )
    .option('-r, --recursive', 'all objects below')
    .option('-n, --dry-run', 'only say what would be deleted')
    .option('--uploads', 'delete unfinished uploads instead, which interrupted programs have left');
  add(
    'mb <buckets...>',
    'Make buckets.',
    ['mb s3://bucket', 'mb gs://bucket --location EU'],
    async () => (await import('./commands/buckets.ts')).mb,
  ).option('--location <location>', 'of the data, as the cloud names it');
  add(
    'rb <buckets...>',
    'Remove empty buckets.',
    ['rb s3://bucket'],
    async () => (await import('./commands/buckets.ts')).rb,
  );
  add(
    'presign <place>',
    'Print a URL that lets anyone who has it read, or with --method write, one object.',
    ['presign s3://bucket/report.pdf --expires 15m', 'presign --method PUT gs://bucket/upload.bin'],
    async () => (await import('./commands/presign.ts')).presign,
  )
    .option('--expires <time>', 'lifetime, such as 15m, 1h or 7d (default 1h)', lifetime)
    .addOption(
      new Option('--method <method>', 'what it allows').choices(['GET', 'HEAD', 'PUT', 'DELETE']).default('GET'),
    );

  const nodes = program.command('nodes').description('List and await nodes (servers).').exitOverride();
  const addNodes = adder(nodes, done);
  addNodes(
    'ls <cloud>',
    'List the nodes of a profile or provider.',
    ['nodes ls openstack'],
    async () => (await import('./commands/nodes.ts')).listNodes,
  );
  addNodes(
    'wait <cloud> <ids...>',
    'Wait until nodes have a state.',
    ['nodes wait openstack 6f1c… --state running --timeout 10m'],
    async () => (await import('./commands/nodes.ts')).waitForNodes,
  )
    .addOption(
      new Option('--state <state>', 'the state').choices(['running', 'stopped', 'terminated']).default('running'),
    )
    .option('--timeout <time>', 'how long to wait (default 10m)', lifetime);

  const fleet = program
    .command('fleet')
    .description('Copy and verify with many machines: one plans, many work. Needs @isobar/fleet.')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  isobar fleet plan gs://backup/plans/photos s3://photos gs://backup/photos
  isobar fleet work gs://backup/plans/photos --queue redis://queue.internal    on each machine
  isobar fleet status gs://backup/plans/photos --queue redis://queue.internal`,
    );
  addFleet(adder(fleet, done), { filters, overwrite });

  add(
    'providers',
    'List the providers: which are installed, and how to install the others.',
    ['providers'],
    async () => (await import('./commands/providers.ts')).providers,
  );
  const profiles = program
    .command('profiles')
    .description('List, set and remove profiles: named providers with their options.')
    .exitOverride();
  const addProfiles = adder(profiles, done);
  addProfiles(
    'ls',
    'List profiles, without secrets.',
    ['profiles', 'profiles ls --json'],
    async () => (await import('./commands/profiles.ts')).listProfiles,
  );
  addProfiles(
    'set <name> <provider> [options...]',
    'Set a profile. An option is NAME=VALUE; NAME=- reads the value from the standard input, NAME=env:VARIABLE from a variable.',
    [
      'profiles set minio s3 endpoint=https://minio.example key=ada secret=-',
      'profiles set backup google-storage key=env:BACKUP_KEY secret=env:BACKUP_SECRET',
    ],
    async () => (await import('./commands/profiles.ts')).setProfile,
  );
  addProfiles(
    'rm <name>',
    'Remove a profile.',
    ['profiles rm minio'],
    async () => (await import('./commands/profiles.ts')).removeProfile,
  );
  add(
    'completion <shell>',
    'Print the completions for a shell: bash, zsh or fish.',
    ['completion bash > ~/.local/share/bash-completion/completions/isobar', 'completion fish | source'],
    async () => {
      const { completion } = await import('./commands/completion.ts');
      return (context, args) => completion(context, args, program);
    },
  );
  return program;
}
