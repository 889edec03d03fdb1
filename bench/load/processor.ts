import { readdirSync, readFileSync } from 'node:fs';
import type { Stage } from './stage.ts';

/** Ticks of Linux's process table are a hundredth of a second on every machine that we run on. */
const TICK_MS = 10;

/** Whose processor time is told apart. */
export const SPENDERS = ['client', 'api', 'worker', 'server', 'postgres'] as const;
export type Spent = Readonly<Record<(typeof SPENDERS)[number], number>>;

/** Processor time of every part so far, milliseconds; null where the system does not tell as Linux does. */
export function processorTime(stage: Stage): Spent | null {
  try {
    const { api, worker, server, postgres } = stage.pids();
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => timesOf(Number(name)) ?? [])
      .filter(({ parent }) => parent === postgres);
    const of = (pid: number): number => timesOf(pid)?.ms ?? 0;
    return {
      client: of(process.pid),
      api: of(api),
      worker: of(worker),
      server: of(server),
      postgres: of(postgres) + children.reduce((sum, { ms }) => sum + ms, 0),
    };
  } catch {
    return null;
  }
}

export function spentBetween(before: Spent | null, after: Spent | null): Spent | null {
  if (before === null || after === null) return null;
  return Object.fromEntries(SPENDERS.map((name) => [name, after[name] - before[name]])) as Spent;
}

/** A process may be gone by the time that it is read. */
function timesOf(pid: number): { parent: number; ms: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before the closing bracket may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return null;
  }
}
