import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Of a line of /proc/PID/stat after the name, which may hold blanks and brackets: the state and the start, fields 3 and 22. */
const STATE = 0;
const START = 19;
/** Has ended and waits for its parent to look. */
const ENDED = new Set(['Z', 'X']);

/**
 * When a process began, as a text to compare: a number alone may belong to another process by now, above all after a
 * restart of the machine or of a container, where the same numbers come again.
 *
 * @returns the boot and the clock tick within it (where there is no /proc the second); undefined where no process of
 * that number lives.
 */
export function birthOf(pid: number): string | undefined {
  try {
    if (!existsSync('/proc/self/stat')) {
      const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      });
      return started.trim() || undefined;
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (ENDED.has(fields[STATE] ?? '')) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${fields[START]}`;
  } catch {
    return undefined;
  }
}

/** A process, so that no other one is taken for it. */
export interface Born {
  readonly pid: number;
  /** From {@link birthOf}. */
  readonly birth: string;
}

/** This process. */
export const thisProcess = (): Born => ({ pid: process.pid, birth: birthOf(process.pid) ?? '' });

/** Whether that very process lives still. */
export const livesStill = ({ pid, birth }: Born): boolean => birthOf(pid) === birth;
