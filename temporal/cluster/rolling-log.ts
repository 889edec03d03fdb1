import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { Log } from '../progress.ts';

const LARGEST_BYTES = 10_000_000;

/** Appends lines to a file; a full one becomes `<file>.1`, in the place of the one before. */
export function rollingLog(file: string): Log {
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return (line) => {
    if (size > LARGEST_BYTES) {
      renameSync(file, `${file}.1`);
      size = 0;
    }
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
    size += Buffer.byteLength(line) + 1;
  };
}
