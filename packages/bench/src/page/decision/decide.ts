/** Which design a reader should pick, from the figures alone: the one that is behind in the fewest comparisons. */
import type { Experiment, Report } from '../../report/model.ts';
import { type Design, designs } from '../cells.ts';
import type { Audience } from './audiences.ts';
import { betterOf, type Comparison, comparisonsOf } from './comparisons.ts';
import { type Duel, duelOf } from './rivals.ts';

/** A reader's comparisons and what follows from them. */
export interface Decision {
  readonly audience: Audience;
  /** Those that decide first, the widest apart before others; then as the topics come. */
  readonly comparisons: readonly Comparison[];
  /** Of those, how many have a number of a design. */
  readonly countedCount: number;
  /** Designs that are behind least often; empty when nothing was measured. */
  readonly picks: readonly Design[];
  /** Comparisons in which a design is behind, or has no number while another has one. */
  readonly decisive: readonly Comparison[];
  /** Topics without any number of a design in this report. */
  readonly missingTopics: readonly string[];
  /** Comparisons in which a rival beats the best of the designs. */
  readonly lost: readonly Duel[];
}

/** Decides for one kind of reader. */
export function decide(audience: Audience, report: Report): Decision {
  const experiments = [...report.experiments, ...programExperiments(report)];
  const byTopic = audience.topics.map(({ name, ids }) => ({
    name,
    comparisons: experiments
      .filter(({ id }) => ids.test(id))
      .flatMap((experiment) => comparisonsOf(experiment, report, audience.kind)),
  }));
  const comparisons = [
    ...new Map(
      byTopic.flatMap((topic) => topic.comparisons).map((one) => [`${one.experiment.id} ${one.label}`, one]),
    ).values(),
  ];
  const counted = comparisons.filter(isCounted);
  const decisive = counted.filter(({ standings }) => designs.some((design) => standings[design].relation !== 'level'));
  const behind = (design: Design) => decisive.filter(({ standings }) => standings[design].relation !== 'level').length;
  const least = Math.min(...designs.map(behind));
  return {
    audience,
    comparisons: [
      ...decisive.toSorted((left, right) => spreadOf(right) - spreadOf(left)),
      ...comparisons.filter((one) => !decisive.includes(one)),
    ],
    countedCount: counted.length,
    picks: counted.length === 0 ? [] : designs.filter((design) => behind(design) === least),
    decisive,
    missingTopics: byTopic
      .filter((topic) => !topic.comparisons.some(({ standings }) => hasNumbers(standings)))
      .map(({ name }) => name),
    lost: counted.flatMap(duelOf).filter(({ verdict }) => verdict === 'lost'),
  };
}

/** Sizes of programs as experiments, so that they are compared like everything else. Only programs in JavaScript's languages. */
function programExperiments({ programs }: Report): Experiment[] {
  const own = programs.filter(({ language }) => /^(ts|js|typescript|javascript)$/.test(language));
  return [...Map.groupBy(own, ({ id }) => id)].map(([id, members]) => ({
    id: `program:${id}`,
    title: `Code, in tokens: ${members[0]?.title ?? id}`,
    question: '',
    unit: 'count',
    better: 'lower',
    plot: 'bars',
    cells: members.map(({ contender, tokens }) => ({
      contender,
      outcome: { kind: 'measured', samples: [tokens], median: tokens, low: tokens, high: tokens, isWide: false },
    })),
  }));
}

/** How many times as much the worst design has as the best. */
function spreadOf({ standings }: Comparison): number {
  return Math.max(
    ...designs.map((design) => {
      const { relation, ratio = 1 } = standings[design];
      return relation === 'none' ? Infinity : Math.max(ratio, 1 / ratio);
    }),
  );
}

function isCounted({ experiment, standings }: Comparison): boolean {
  return betterOf(experiment) !== 'neither' && hasNumbers(standings);
}

function hasNumbers(standings: Comparison['standings']): boolean {
  return designs.some((design) => standings[design].relation !== 'none');
}
