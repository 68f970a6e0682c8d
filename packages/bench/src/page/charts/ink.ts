/** Colours of contenders: a hue for each design, grey for everybody else; names stand beside everything that is drawn. */
import type { Contender } from '../../report/model.ts';

/** The class of a contender's rows, which sets its ink. */
export function inkClass({ role, design }: Contender): string {
  return `is-${role === 'design' ? (design ?? 'rival') : role}`;
}

/** The colour of a contender's lines. */
export function inkOf({ role, design }: Contender): string {
  return `var(--${role === 'design' ? (design ?? 'rival') : role})`;
}

const rivalDashes = ['5 3', '2 3', '8 3 2 3', '1 2', '10 4', '4 2 1 2'];

/** How a contender's lines are broken: designs by kind, rivals one by one. */
export function dashOf({ role, kind }: Contender, rivalIndex: number): string | undefined {
  if (role === 'design') return kind === 'blocking' ? '6 3' : undefined;
  return role === 'floor' ? '1 3' : rivalDashes[rivalIndex % rivalDashes.length];
}
