import { Worker } from 'node:worker_threads';
import { liveStretch, type Stretch } from './lives.ts';
import { addTally, emptyTally, type Tally } from './tally.ts';

/** Seeds that a thread takes at once: small enough for a smooth progress, large enough to be worth a message. */
const AT_ONCE = 200;

/**
 * Lives a stretch of seeds on `workers` threads; one means this thread alone.
 * @param told - hears of the sum so far after every piece.
 */
export async function liveAll(
  stretch: Stretch,
  workers: number,
  told: (tally: Tally) => void,
): Promise<Tally> {
  const tally = emptyTally();
  const pieces = piecesOf(stretch);
  const take = (piece: Tally): void => {
    addTally(tally, piece);
    told(tally);
  };
  if (workers <= 1) {
    for (const piece of pieces) take(liveStretch(piece));
    return tally;
  }
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL('./lives-worker.ts', import.meta.url)),
  );
  try {
    await Promise.all(threads.map((thread) => workOff(thread, pieces, take)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return tally;
}

/** Gives one thread piece after piece until none is left. */
function workOff(thread: Worker, pieces: Stretch[], take: (tally: Tally) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const piece = pieces.shift();
      if (piece === undefined) resolve();
      else thread.postMessage(piece);
    };
    thread.on('message', (tally: Tally) => {
      take(tally);
      next();
    });
    thread.on('error', reject);
    next();
  });
}

function piecesOf({ from, seeds, modes, provider = null }: Stretch): Stretch[] {
  const pieces: Stretch[] = [];
  for (let start = 0; start < seeds; start += AT_ONCE) {
    pieces.push({ from: from + start, seeds: Math.min(AT_ONCE, seeds - start), modes, provider });
  }
  return pieces;
}
