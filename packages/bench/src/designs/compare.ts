/** Puts the questions about designs to each of them, every design in processes of its own. */
import { type Answers, type Called, calledFunctions, decisionRows } from '../report/decision.ts';
import type { CalledFunctions, Design, Report } from '../report/model.ts';
import { type Context, inputOf } from '../runner/run.ts';
import { designs } from './openings.ts';

/** What `--only` selects, besides measurements of contenders. */
export const designMeasurements: Readonly<Record<string, string>> = {
  designs: 'what differs between the designs: types, editors, mistakes, programs',
  functions: 'which functions each design calls',
  parity: 'the parity test: the same exchanges in every design and kind (with --full only)',
};

const limitMs = 180_000;

/** Compares the designs. @param isChosen Whether one of {@link designMeasurements} was asked for. */
export async function compareDesigns(
  context: Context,
  isChosen: (id: string) => boolean,
): Promise<Pick<Report, 'decisions' | 'calledFunctions' | 'parityScripts'>> {
  const ask = async <Found>(task: string, contender: string): Promise<Found> => {
    context.signal.throwIfAborted();
    context.progress(0, 1, `${task} ${contender}`);
    const result = await context.perform(inputOf({ task }, { contender, point: {} }, context), limitMs);
    if (result.kind === 'found') return result.found as Found;
    throw new Error(`${task} ${contender}: ${'why' in result ? result.why : result.kind}`);
  };
  const inEach = async <Result>(work: (design: Design) => Promise<Result>): Promise<Record<Design, Result>> => {
    const results: [Design, Result][] = [];
    for (const design of designs) results.push([design, await work(design)]);
    return Object.fromEntries(results) as Record<Design, Result>;
  };
  const functions: CalledFunctions[] = [];
  for (const kind of isChosen('functions') ? (['async', 'blocking'] as const) : []) {
    const called = await inEach((design) => ask<Called>('functions', `${design}-${kind}`));
    functions.push(...calledFunctions(called, kind));
  }
  const decisions = isChosen('designs') ? decisionRows(await inEach((design) => ask<Answers>('design', design))) : [];
  const parity = isChosen('parity') ? { parityScripts: await ask<number>('parity', 'all') } : {};
  return { decisions, calledFunctions: functions, ...parity };
}
