/** What the test cloud's documents share. Only this folder and `options.ts` use zod. */
import { dateOf } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';

/** Data that the owner attached, or that the cloud added. */
export const wireExtra: z.ZodMiniType<Record<string, unknown>> = z.record(z.string(), z.unknown());

/** Maps a state to core's. The cloud writes states in capitals; a state that core does not know becomes `unknown`. */
export function readState<State extends string>(states: Readonly<Record<string, State>>, text: string): State {
  const state = text.toLowerCase();
  return Object.values(states).find((known) => known === state) ?? ('unknown' as State);
}

/** A model's `createdAt`, left out when the date is invalid. */
export function readCreatedAt(text: string | undefined): { readonly createdAt?: Date } {
  const createdAt = dateOf(text);
  return createdAt ? { createdAt } : {};
}
