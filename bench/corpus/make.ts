import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../../audit/bundle.ts';
import { bundleFile, writeBundle } from '../../audit/export.ts';
import { bundleOf } from '../../audit/make-bundle.ts';
import { readBundle } from '../../audit/read-bundle.ts';
import { Random } from '../../sim/random.ts';
import { progressBar } from '../../temporal/progress.ts';
import { renamed } from './rename.ts';

export interface Making {
  readonly folders: { readonly real: string; readonly made: string };
  readonly count: number;
  readonly seed: number;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 300;
const MOST_TIMES = 9;

/**
 * Makes payments out of the real ones in turn. A bundle of a made one is made as an export makes it, from its histories
 * alone, and is kept only where histories and ledger agree.
 *
 * @returns of how many amounts are those of the real one, because a text of theirs names them; null where none was missing.
 */
export async function makeOthers({
  folders,
  count,
  seed,
}: Making): Promise<{ readonly sameAmounts: number } | null> {
  const missing = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !existsSync(bundleFile(folders.made, idOf(index))),
  );
  if (missing.length === 0) return null;
  const real = (await readdir(folders.real)).filter((name) => name.endsWith('.json')).sort();
  const bar = progressBar('made payments', missing.length);
  let sameAmounts = 0;
  try {
    for (const index of missing) {
      const file = join(folders.real, real[index % real.length] ?? '');
      const bundle = (await readBundle(file)) as Bundle;
      const random = new Random(seed * 1_000_003 + index);
      const later = random.int(1, MOST_DAYS) * DAY_MS + random.int(0, DAY_MS / 1000) * 1000;
      const other = otherOf(bundle, idOf(index), later, random.int(2, MOST_TIMES));
      if (other.same) sameAmounts += 1;
      await writeBundle(folders.made, other.bundle);
      bar.step();
    }
  } finally {
    bar.end();
  }
  return { sameAmounts };
}

const idOf = (index: number): string => `made-${String(index + 1).padStart(5, '0')}`;

function otherOf(
  { payment, histories }: Bundle,
  to: string,
  later: number,
  most: number,
): { readonly bundle: Bundle; readonly same: boolean } {
  for (const times of [most, 1]) {
    const { bundle, differences } = bundleOf(
      renamed(histories, payment.provider, { from: payment.id, to, later, times }),
    );
    if (differences.length === 0) return { bundle, same: times === 1 };
    if (times === 1)
      throw new Error(`${to}, made of ${payment.id}, differs: ${JSON.stringify(differences[0])}`);
  }
  throw new Error('nothing was tried');
}
