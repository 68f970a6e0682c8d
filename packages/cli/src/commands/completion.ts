/** `isobar completion`: completions of commands, options and their choices, made of the program itself. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { usageError } from '../usage-error.ts';

/** A command and what may follow it. */
interface Level {
  /** The words after `isobar` that lead to it. */
  readonly path: readonly string[];
  readonly words: readonly string[];
}

/** Prints a script for a shell. */
export async function completion(
  { output }: CommandContext,
  [shell = '']: readonly string[],
  program: Command,
): Promise<number> {
  const levels = levelsOf(program, []);
  const scripts: Readonly<Record<string, () => string>> = {
    bash: () => bash(levels),
    zsh: () => zsh(levels),
    fish: () => fish(levels),
  };
  const script = scripts[shell];
  if (!script) throw usageError(`there are completions for bash, zsh and fish, not for ${JSON.stringify(shell)}`);
  output.result(script(), { shell, script: script() });
  return 0;
}

function levelsOf(command: Command, path: readonly string[]): Level[] {
  const global = path.length === 0 ? [] : ['--json', '--verbose', '--quiet'];
  const own = command.options.flatMap(({ long }) => (long ? [long] : []));
  const inner = command.commands.map((one) => one.name());
  const level = { path, words: [...inner, ...own, ...global, '--help'] };
  return [level, ...command.commands.flatMap((one) => levelsOf(one, [...path, one.name()]))];
}

function bash(levels: readonly Level[]): string {
  const cases = levels.map(({ path, words }) => `    '${path.join(' ')}') words='${words.join(' ')}' ;;`);
  return `_isobar() {
  local current path='' word words=''
  current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*|*/*|*:*|.*) ;; *) [[ "$path" == *' '* || "$path" =~ ^(ls|cp|mv|rm|cat|sync|stat|verify)$ ]] || path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$current" in -*) ;; *) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
}
complete -o filenames -o bashdefault -F _isobar isobar`;
}

function zsh(levels: readonly Level[]): string {
  return `#compdef isobar
autoload -U +X bashcompinit && bashcompinit
${bash(levels)}`;
}

function fish(levels: readonly Level[]): string {
  return levels
    .flatMap(({ path, words }) => {
      const after =
        path.length === 0
          ? '__fish_use_subcommand'
          : path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
      return words.map((word) =>
        word.startsWith('--')
          ? `complete -c isobar -n '${after}' -l ${word.slice(2)}`
          : `complete -c isobar -n '${after}' -a ${word}`,
      );
    })
    .join('\n');
}
