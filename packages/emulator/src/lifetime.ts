/**
 * When the process ends: on SIGTERM and SIGINT, and when whoever started it is gone. A parent that hands us a pipe as
 * standard input is noticed at once, because the pipe ends with it, even on SIGKILL; for the rest we look whether our
 * parent is still the one that started us. A process started with `&` or nohup has neither and keeps running.
 */
import { fstatSync } from 'node:fs';

/** Set by `startEmulator`: the process to die with. */
export const PARENT_VARIABLE = 'ISOBAR_EMULATOR_PARENT';

const POLL_MS = 500;

/** Calls `end` once, when the process should end. */
export function watchLifetime(end: () => void): void {
  let ended = false;
  const once = () => {
    if (ended) return;
    ended = true;
    end();
  };
  process.on('SIGTERM', once);
  process.on('SIGINT', once);
  if (stdinIsPipe()) {
    process.stdin.on('end', once);
    process.stdin.on('close', once);
    process.stdin.on('error', once);
    process.stdin.resume();
  }
  watchParent(once);
}

function stdinIsPipe(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

function watchParent(end: () => void): void {
  const named = Number(process.env[PARENT_VARIABLE]);
  if (!Number.isInteger(named) || named <= 1) return;
  setInterval(() => {
    if (process.ppid !== named) end();
  }, POLL_MS).unref();
}
