/** Colours of contenders: a hue for each design, grey for everybody else; names stand beside everything that is drawn. */
import type { Contender } from '../../report/model.ts';

/** The class of a contender's rows, which sets its ink. */
export function inkClass({ kind, design }: Contender): string {
  return `is-${kind === 'design' ? (design ?? 'rival') : kind}`;
}

/** The colour of a contender's lines. */
export function inkOf({ kind, design }: Contender): string {
  return `var(--${kind === 'design' ? (design ?? 'rival') : kind})`;
}

const rivalDashes = ['5 3', '2 3', '8 3 2 3', '1 2', '10 4', '4 2 1 2'];

/** How a contender's lines are broken: designs by colour, rivals one by one. */
export function dashOf({ kind, colour }: Contender, rivalIndex: number): string | undefined {
  if (kind === 'design') return colour === 'blocking' ? '6 3' : undefined;
  return kind === 'floor' ? '1 3' : rivalDashes[rivalIndex % rivalDashes.length];
}
