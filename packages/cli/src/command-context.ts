/** What a command gets. */
import type { Drivers } from './drivers.ts';
import type { Output } from './output.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

/** What a command works with. */
export interface CommandContext {
  readonly output: Output;
  readonly drivers: Drivers;
  /** Fires when the person interrupts the program. */
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isVerbose: boolean;
  readonly isQuiet: boolean;
  /** Whether the command has said what an interruption left. */
  hasSaidWhatIsLeft: boolean;
  /** Called at the end of the command, also after a failure. */
  onEnd(clean: () => void): void;
}
