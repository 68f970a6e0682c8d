/** Starts origins, each in a process of its own, which ends with this one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The counters of an origin since it started. */
export interface OriginStats {
  readonly requests: number;
  readonly rightUploads: number;
  /** Descriptions of uploads with wrong content or size. */
  readonly wrong: readonly string[];
  /** CPU time of its process. */
  readonly cpuMs: number;
  readonly upMs: number;
}

/** A running origin. */
export interface Origin {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts an origin.
 *
 * @param delayMs How long it waits before each answer.
 * @param certificates The folder of the certificate and key to serve over TLS with.
 */
export async function startOrigin(delayMs: number, certificates: string = ''): Promise<Origin> {
  const program = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [program, String(delayMs), certificates], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
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

/** Reads the counters of an origin. */
export async function originStats(url: string): Promise<OriginStats> {
  return (await (await fetch(`${url}/_origin/stats`)).json()) as OriginStats;
}
