import type { VerifyPool } from './pool.ts';
import type { Judged, Source } from './pool-words.ts';

/** Bytes that wait to be verified; one bundle may be larger. */
const MOST_WAITING = 64 * 1024 * 1024;
/** For each process, so that a slow one does not keep the others idle. */
const AHEAD = 16;

/** What became of each source, in their order; as many are under way as keep the pool at work. */
export async function* judgeInOrder(
  pool: VerifyPool,
  sources: AsyncIterable<Source>,
  jobs: number,
): AsyncGenerator<Judged> {
  const under: { readonly judged: Promise<Judged>; readonly bytes: number }[] = [];
  let bytes = 0;
  const first = async (): Promise<Judged> => {
    const [one] = under;
    if (one === undefined) throw new Error('nothing is under way');
    const judged = await one.judged;
    under.shift();
    bytes -= one.bytes;
    return judged;
  };
  for await (const source of sources) {
    const size = 'data' in source ? source.data.length : 0;
    const judged = pool.judge(source);
    // Read in its turn; until then a rejection is nobody's.
    judged.catch(() => undefined);
    under.push({ judged, bytes: size });
    bytes += size;
    while (under.length >= jobs * AHEAD || (bytes > MOST_WAITING && under.length > 0)) yield await first();
  }
  while (under.length > 0) yield await first();
}
