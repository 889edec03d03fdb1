import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LONGEST_MS = 20_000;

/** The command line of a process, or undefined where there is none of that number. */
export function commandOf(pid: number): string | undefined {
  try {
    if (existsSync('/proc/self/cmdline')) {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/**
 * Ends a process that an earlier run has left over, if that number still belongs to it.
 *
 * @param mark - a text in its command line that no other process has, such as the path of its data.
 * @param signal - asks it kindly; SIGKILL follows after 20 seconds.
 */
export async function endLeftover(pid: number, mark: string, signal: NodeJS.Signals): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  const lives = (): boolean => commandOf(pid)?.includes(mark) === true;
  for (let kind = true; lives(); kind = false) {
    try {
      if (kind) process.kill(pid, signal);
      else if (performance.now() > end) process.kill(pid, 'SIGKILL');
    } catch {
      return;
    }
    await delay(100);
  }
}
