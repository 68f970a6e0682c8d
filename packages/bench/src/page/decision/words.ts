/** What a decision says, in sentences. Each follows from a figure; where there is none, it says that. */
import type { Report } from '../../report/model.ts';
import { contenderOf, type Design, designs } from '../cells.ts';
import { difference, listed } from '../format.ts';
import type { Comparison } from './comparisons.ts';
import type { Decision } from './decide.ts';
import { stalls } from './findings.ts';

/** At most so many examples are named in a sentence. */
const maxExamples = 3;

/** The pick in a few words: `flag`, `session or mixin`, `any of the three`, `cannot say`. */
export function headline({ picks }: Decision): string {
  if (picks.length === 0) return 'cannot say';
  return picks.length === designs.length ? 'any of the three' : picks.join(' or ');
}

/** How one design stands for a reader: `level in all 7`, `behind in 2 of 7, up to 34 % more`. */
export function standingWords({ decisive, countedCount }: Decision, design: Design): string {
  if (countedCount === 0) return 'no figure';
  const behind = decisive
    .filter(({ standings }) => standings[design].relation === 'behind')
    .map(({ standings }) => standings[design].ratio ?? 1);
  const absent = decisive.filter(({ standings }) => standings[design].relation === 'none').length;
  const worst = behind.toSorted((left, right) => Math.abs(Math.log(right)) - Math.abs(Math.log(left)))[0];
  return [
    worst === undefined ? '' : `behind in ${behind.length} of ${countedCount}, up to ${difference(worst)}`,
    absent === 0 ? '' : `no figure in ${absent} of ${countedCount}`,
    worst === undefined && absent === 0
      ? `level in ${countedCount === 1 ? 'the only one' : `all ${countedCount}`}`
      : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** Why, what it costs, who is better elsewhere, what is not known. */
export function reasons(decision: Decision, report: Report): string[] {
  const { picks, decisive, comparisons, countedCount: measured, missingTopics, lost } = decision;
  if (picks.length === 0) {
    return [
      ...timelines(comparisons, report),
      missingTopics.length === 0 ? '' : `This report has no figure for ${listed(missingTopics)}.`,
    ].filter((sentence) => sentence !== '');
  }
  const names = contenderOf(report);
  return [
    because(decision, measured),
    ...picks.flatMap((pick) => costs(pick, decisive, picks.length > 1)),
    lost.length === 0
      ? ''
      : `Another library is better in ${lost.length} of ${measured}: ${listed(
          lost
            .slice(0, maxExamples)
            .map(
              ({ comparison, rival, cost }) =>
                `${names(rival).name} (${comparison.label}: ${difference(1 / cost.median)})`,
            ),
        )}${lost.length > maxExamples ? ', and others below' : ''}.`,
    ...timelines(comparisons, report),
    missingTopics.length === 0 ? '' : `Not measured in this report: ${listed(missingTopics)}.`,
  ].filter((sentence) => sentence !== '');
}

/** What timelines show, which decides nothing. */
function timelines(comparisons: readonly Comparison[], report: Report): string[] {
  const experiments = [...new Set(comparisons.map(({ experiment }) => experiment.id))].flatMap((id) =>
    report.experiments.filter((one) => one.id === id && one.plot === 'timeline'),
  );
  return experiments.flatMap((experiment) =>
    stalls(experiment, report).map((sentence) => `“${experiment.title}”: ${sentence}`),
  );
}

function because({ picks, decisive }: Decision, measured: number): string {
  if (decisive.length === 0) {
    return measured === 1
      ? 'The designs cannot be told apart in the one comparison there is.'
      : `The designs cannot be told apart in any of ${measured} comparisons.`;
  }
  if (picks.length === designs.length)
    return `Each design is behind in as many comparisons as the others (${decisive.length} of ${measured} differ).`;
  const others = designs.filter((design) => !picks.includes(design));
  const examples = others.flatMap((design) =>
    decisive
      .filter(({ standings }) => standings[design].relation !== 'level')
      .slice(0, 2)
      .map((one) => shortfall(design, one)),
  );
  return `${capital(listed(examples.slice(0, maxExamples)))}.`;
}

function costs(pick: Design, decisive: readonly Comparison[], isNamed: boolean): string[] {
  const own = decisive.filter(({ standings }) => standings[pick].relation !== 'level');
  if (own.length === 0) return [];
  const examples = own
    .slice(0, maxExamples)
    .map((one) => (isNamed ? shortfall(pick, one) : shortfall('it', one, pick)));
  return [`But ${listed(examples)}.`];
}

function shortfall(subject: string, { label, standings }: Comparison, design: Design = subject as Design): string {
  const { ratio, cell } = standings[design];
  if (ratio !== undefined) return `${subject} has ${difference(ratio)} in “${label}”`;
  if (cell?.outcome.kind === 'failed') return `${subject} fails in “${label}”`;
  if (cell?.outcome.kind === 'unsupported') return `${subject} cannot do “${label}”`;
  return `${subject} has no figure for “${label}”`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
