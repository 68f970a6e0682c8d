/** Starts origins in processes of their own, which end with this one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What an origin has counted since it started. */
export interface OriginStats {
  readonly requests: number;
  readonly rightUploads: number;
  /** What arrived and was not what it had to be. */
  readonly wrong: readonly string[];
  /** CPU time that the origin has used. */
  readonly cpuMs: number;
  readonly upMs: number;
}

/** A running origin. */
export interface Origin {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an origin that waits a while before each answer. */
export async function startOrigin(delayMs: number): Promise<Origin> {
  const program = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [program, String(delayMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the origin ended with code ${code}`))),
  ])) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const ended = once(child, 'exit');
  return {
    url,
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Asks an origin what it has counted. */
export async function originStats(url: string): Promise<OriginStats> {
  return (await (await fetch(`${url}/_origin/stats`)).json()) as OriginStats;
}
