import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bundles of a corpus as bench/corpus.ts leaves it: the real ones first, and the payment of 127 captures apart. */
export async function corpusFiles(
  folder: string,
): Promise<{ readonly all: readonly string[]; readonly long: string | null }> {
  const [real, made, long] = await Promise.all(
    ['real', 'made', 'long'].map((name) => bundlesIn(join(folder, name))),
  );
  return { all: [...(real ?? []), ...(made ?? [])], long: long?.[0] ?? null };
}

async function bundlesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.audit.json'))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * As many as are wanted, from all over the corpus in a fixed order that mixes its kinds: a step that has no divisor in
 * common with the number of files visits each once.
 */
export function sampleOf(files: readonly string[], size: number): readonly string[] {
  let step = Math.max(1, Math.round(files.length * 0.618));
  while (gcd(step, files.length) !== 1) step += 1;
  return Array.from({ length: size }, (_, index) => files[(index * step) % files.length] ?? '');
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
