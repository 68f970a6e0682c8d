/**
 * When the process ends: on SIGTERM and SIGINT, and when its parent has ended. If standard input is a pipe from the
 * parent, the pipe ends with the parent at once, even on SIGKILL. Otherwise the process polls whether its parent is
 * still the one that started it. A process started with `&` or nohup has neither and keeps running.
 */
import { fstatSync } from 'node:fs';

/** Set by `startEmulator`: the id of the parent process. */
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
