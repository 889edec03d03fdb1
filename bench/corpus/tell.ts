import { existsSync } from 'node:fs';
import { bundleFile, exportPayment, writeBundle } from '../../audit/export.ts';
import { Random } from '../../sim/random.ts';
import { progressBar } from '../../temporal/progress.ts';
import { type Rig, startRig } from './rig.ts';
import { captureOften, STORIES, type Story } from './story.ts';

export interface Telling {
  readonly folder: string;
  readonly count: number;
  readonly seed: number;
  /** Stories at once. */
  readonly jobs: number;
}

/** Tells as many stories as are not in the folder yet, on a real server, and exports the bundle of each. */
export async function tellStories({ folder, count, seed, jobs }: Telling): Promise<void> {
  const missing = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !existsSync(bundleFile(folder, idOf(index))),
  );
  if (missing.length === 0) return;
  const bar = progressBar('real payments', missing.length);
  const rig = await startRig();
  const failed: string[] = [];
  try {
    const next = missing.values();
    await Promise.all(
      Array.from({ length: jobs }, async () => {
        for (const index of next) {
          await tellOne(rig, folder, index, seed).catch((error: unknown) =>
            failed.push(`${idOf(index)}, ${drawn(index, seed)[0].kind}: ${String(error)}`),
          );
          bar.step();
        }
      }),
    );
  } finally {
    bar.end();
    await rig.stop();
  }
  for (const text of failed) process.stderr.write(`${text}\n`);
  if (failed.length > 0) throw new Error(`${failed.length} stories failed; run it again to tell them`);
}

const idOf = (index: number): string => `real-${String(index + 1).padStart(5, '0')}`;

function drawn(index: number, seed: number): readonly [Story, Random] {
  const random = new Random(seed * 1_000_003 + index);
  let left = random.int(1, 100);
  const story = STORIES.find(({ share }) => (left -= share) <= 0) ?? STORIES[0];
  if (story === undefined) throw new Error('there are no stories');
  return [story, random];
}

async function tellOne(rig: Rig, folder: string, index: number, seed: number): Promise<void> {
  const [story, random] = drawn(index, seed);
  const id = await story.tell(rig, idOf(index), random);
  const { bundle, differences } = await exportPayment(rig.origin, id);
  const [first] = differences;
  if (first !== undefined) throw new Error(`histories and ledger differ: ${JSON.stringify(first)}`);
  await writeBundle(folder, bundle);
}

const LONG = 'long-127';

/** One payment with as many captures as PAYONE's numbers allow, for itself. */
export async function tellLong(folder: string): Promise<void> {
  if (existsSync(bundleFile(folder, LONG))) return;
  const rig = await startRig();
  try {
    await captureOften(rig, LONG, 127);
    await writeBundle(folder, (await exportPayment(rig.origin, LONG)).bundle);
  } finally {
    await rig.stop();
  }
}
