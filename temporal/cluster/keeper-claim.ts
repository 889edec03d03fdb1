import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Born, livesStill, thisProcess } from '../process-birth.ts';

const claim = z.strictObject({ pid: z.int(), birth: z.string(), over: z.boolean() });
const NAME = /^keeper-(\d+)\.json$/;

/** What the one process that may work in a folder holds. */
export interface KeeperClaim {
  /** Lets the next one in, as the end of this process does. May be called again. */
  release(): void;
}

/**
 * Claims a folder for this process alone. Claims are numbered and never taken over: whoever finds the highest one
 * forsaken makes the next, which the file system lets only one process do; so two that start at once cannot both win,
 * not even over a claim that a killed process has left.
 *
 * @returns the claim, or the process that has it.
 */
export function claimFolder(folder: string): KeeperClaim | Born {
  const mine = { ...thisProcess(), over: false };
  for (;;) {
    const last = numbersIn(folder).at(-1) ?? 0;
    const holder = last === 0 ? null : readClaim(fileOf(folder, last));
    if (holder !== null && !holder.over && livesStill(holder))
      return { pid: holder.pid, birth: holder.birth };
    const number = last + 1;
    if (!make(folder, number, mine)) continue;
    // A slow one may have made a number that others had made, left and cleared away meanwhile.
    if (numbersIn(folder).at(-1) !== number) {
      rmSync(fileOf(folder, number), { force: true });
      continue;
    }
    for (const old of numbersIn(folder).filter((each) => each < number)) {
      rmSync(fileOf(folder, old), { force: true });
    }
    let released = false;
    return {
      release() {
        // It stays as the highest, so that no number is made twice.
        if (!released) write(fileOf(folder, number), { ...mine, over: true });
        released = true;
      },
    };
  }
}

const fileOf = (folder: string, number: number): string => join(folder, `keeper-${number}.json`);

const numbersIn = (folder: string): number[] =>
  readdirSync(folder)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

/** @returns whether nobody had made it. */
function make(folder: string, number: number, content: z.output<typeof claim>): boolean {
  const draft = join(folder, `keeper-${process.pid}.new`);
  write(draft, content);
  try {
    // With all its content at once, and only where there is none.
    linkSync(draft, fileOf(folder, number));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function write(file: string, content: z.output<typeof claim>): void {
  writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true });
}

/** @returns null for one that a power cut has left unreadable, or that has gone: nobody keeps the folder by it. */
function readClaim(file: string): z.output<typeof claim> | null {
  try {
    return claim.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
