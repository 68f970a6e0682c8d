/** How a run was made, in sentences. */
import type { Kind } from '../runner/measurement.ts';

/** The method of a run. @param seed Of the random order. */
export function methodOf(kind: Kind, seed: number, origin: string, missing: readonly string[]): string[] {
  return [
    'Each cell (a contender, an experiment, a value of its parameter) runs in fresh processes, in interleaved rounds; the order within a round is random ' +
      `(seed ${seed}).`,
    'What Node compiles of JavaScript is kept from process to process, but for cold starts. A process warms up first. Small calls are timed in about 30 batches a process, a large transfer alone.',
    'Numbers are medians with 95 % intervals by a bootstrap over processes and over the samples within them. A cell whose interval is wider than a quarter of its median says so.',
    "CPU time is that of the client's whole process, all threads and collections of garbage included.",
    'Each result is checked: bytes are compared one by one, listings by length and last name, uploads by the origin. Checking costs the same for all, and is part of the time of small calls.',
    "Storage is measured against an origin in a process of its own that answers as the service does from recorded answers and verifies no signature, so that it costs as little as possible; Google's SDK finds its JSON API there, without credentials. Each of the others does its work once against the emulator, which verifies signatures and digests (experiment `accepted`).",
    origin,
    'Contenders run as their documentation shows, with as many connections as there are calls in flight. What each checks by default differs: Isobar verifies a checksum of each upload and download; bare undici checks nothing.',
    ...(kind === 'quick' ? ['This was a quick run: few rounds, fewer experiments. Publish full ones only.'] : []),
    ...(missing.length > 0
      ? [`Not installed, so not measured: ${missing.join(', ')}. \`npm run bench:rivals\` installs them.`]
      : []),
  ];
}
