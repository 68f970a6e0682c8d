/** Checks of the rehearsal: prints each as it ends, and all of them in a table at the end. */

interface Result {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const results: Result[] = [];

/** Runs a check, whose result is a detail for the table. A check that fails does not stop the next. */
export async function check(name: string, body: () => string | Promise<string>): Promise<void> {
  const started = performance.now();
  let detail: string;
  let failure: unknown;
  try {
    detail = await body();
  } catch (error) {
    failure = error;
    detail = String(error).split('\n')[0] ?? '';
  }
  const ok = failure === undefined;
  results.push({ name, ok, detail });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? 'passed' : 'FAILED'}  ${seconds.padStart(5)} s  ${name}`);
  if (!ok) console.log(failure instanceof Error ? failure.message : failure);
}

/** Prints the table; tells whether every check passed. */
export function printTable(): boolean {
  const width = Math.max(...results.map(({ name }) => name.length));
  const rows = results.map(({ name, ok, detail }) => `${ok ? 'passed' : 'FAILED'}  ${name.padEnd(width)}  ${detail}`);
  const failed = results.filter(({ ok }) => !ok).length;
  console.log(`\n${rows.map((row) => row.trimEnd()).join('\n')}\n`);
  console.log(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0;
}
