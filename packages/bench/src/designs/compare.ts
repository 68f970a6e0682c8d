/** Puts the questions about designs to each of them, every design in processes of its own. */
import { calledFunctions, decisionRows } from '../report/decision.ts';
import type { CalledFunctions, Design, Report } from '../report/model.ts';
import type { Answers, CellResult } from '../runner/cell.ts';
import { type Context, inputOf } from '../runner/run.ts';
import { designs } from './openings.ts';

/** What `--only` selects, besides measurements of contenders. */
export const designMeasurements: Readonly<Record<string, string>> = {
  designs: 'what differs between the designs: types, editors, mistakes, programs',
  functions: 'which functions each design calls',
  parity: 'the parity test: the same exchanges in every design and kind (with --full only)',
};

type Found = Pick<Report, 'decisions' | 'calledFunctions' | 'parityScripts'>;

const limitMs = 180_000;

/** Compares the designs. @param isChosen Whether one of {@link designMeasurements} was asked for. */
export async function compareDesigns(context: Context, isChosen: (id: string) => boolean): Promise<Found> {
  const perform = async <Kind extends CellResult['kind']>(
    task: string,
    contender: string,
    kind: Kind,
  ): Promise<Extract<CellResult, { kind: Kind }>> => {
    context.signal.throwIfAborted();
    context.progress(0, 1, `${task} ${contender}`);
    const result = await context.perform(inputOf({ task }, { contender, point: {} }, context), limitMs);
    if (result.kind === kind) return result as Extract<CellResult, { kind: Kind }>;
    throw new Error(`${task} ${contender}: ${'why' in result ? result.why : `gave ${result.kind}`}`);
  };
  const inEach = async <Result>(work: (design: Design) => Promise<Result>): Promise<Record<Design, Result>> => {
    const results: [Design, Result][] = [];
    for (const design of designs) results.push([design, await work(design)]);
    return Object.fromEntries(results) as Record<Design, Result>;
  };
  const answers = (task: string, contender: string): Promise<Answers> =>
    perform(task, contender, 'answers').then((result) => result.answers);

  const functions: CalledFunctions[] = [];
  if (isChosen('functions')) {
    for (const kind of ['async', 'blocking'] as const) {
      const called = await inEach(
        async (design) => (await perform('functions', `${design}-${kind}`, 'functions')).functions,
      );
      functions.push(...calledFunctions(called, kind));
    }
  }
  const decisions = isChosen('designs') ? decisionRows(await inEach((design) => answers('design', design))) : [];
  const scripts = isChosen('parity') ? (await answers('parity', 'all')).scripts : undefined;
  return { decisions, calledFunctions: functions, ...(scripts !== undefined && { parityScripts: Number(scripts) }) };
}
