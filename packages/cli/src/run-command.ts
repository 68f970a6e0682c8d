/** Runs a command: signals, errors, and what it leaves open. */
import type { CommandContext, GlobalOptions } from './command-context.ts';

/** Exit code after the person interrupted the program, or another program ended it. */
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** Runs a command. @returns The exit code. */
export async function runCommand(
  { json = false, quiet = false, verbose = false }: GlobalOptions,
  command: (context: CommandContext) => Promise<number | undefined>,
): Promise<number> {
  const [{ Drivers }, { messageOf, processOutput }, { exitCodeOf }] = await Promise.all([
    import('./drivers.ts'),
    import('./output.ts'),
    import('./exit-codes.ts'),
  ]);
  const controller = new AbortController();
  let signalled: keyof typeof signals | undefined;
  const isPiped = { isClosed: false };
  const listeners = (Object.keys(signals) as (keyof typeof signals)[]).map((name) => {
    const listener = (): void => {
      // A second one does not wait for the clean-up.
      if (signalled) process.exit(signals[name]);
      signalled = name;
      controller.abort(new Error(`interrupted by ${name}`));
    };
    process.on(name, listener);
    return [name, listener] as const;
  });
  const onPipe = (failure: NodeJS.ErrnoException): void => {
    if (failure.code !== 'EPIPE') throw failure;
    // Whoever reads the output has read enough.
    isPiped.isClosed = true;
    controller.abort(failure);
  };
  // It stays: what was written last may fail when the command has ended.
  process.stdout.on('error', onPipe);
  const environment = process.env;
  const output = processOutput({ json, color: !environment.NO_COLOR });
  const cleanings: (() => void)[] = [];
  const drivers = new Drivers(environment);
  const context: CommandContext = {
    output,
    drivers,
    signal: controller.signal,
    environment,
    hasSaidWhatIsLeft: false,
    isVerbose: verbose,
    isQuiet: quiet,
    onEnd: (clean) => cleanings.push(clean),
  };
  try {
    const exitCode = (await command(context)) ?? 0;
    await output.flush();
    return signalled ? signals[signalled] : exitCode;
  } catch (failure) {
    if (isPiped.isClosed) return 0;
    if (!signalled) output.say(`isobar: ${messageOf(failure)}`);
    else if (!context.hasSaidWhatIsLeft) output.say('isobar: interrupted. Nothing half-written was kept.');
    return signalled ? signals[signalled] : exitCodeOf(failure);
  } finally {
    output.status('');
    for (const clean of cleanings) clean();
    for (const [name, listener] of listeners) process.off(name, listener);
    await drivers[Symbol.asyncDispose]();
  }
}
