import { drawLife } from './draw.ts';
import type { Mode } from './life.ts';
import { live } from './live.ts';
import type { ProviderName } from './setting.ts';
import { count, emptyTally, type Tally } from './tally.ts';

export type Modes = Mode | 'both';

/** A stretch of seeds; in `both`, even seeds are lived for safety and odd ones for liveness. */
export interface Stretch {
  readonly from: number;
  readonly seeds: number;
  readonly modes: Modes;
  /** Lives of one provider only; null draws one per seed. */
  readonly provider?: ProviderName | null;
}

export function modeOf(seed: number, modes: Modes): Mode {
  if (modes !== 'both') return modes;
  return seed % 2 === 0 ? 'safety' : 'liveness';
}

/** Lives a stretch of seeds in this thread. */
export function liveStretch({ from, seeds, modes, provider = null }: Stretch): Tally {
  const tally = emptyTally();
  for (let seed = from; seed < from + seeds; seed++) {
    const life = drawLife(seed, modeOf(seed, modes), { provider });
    count(tally, life, live(life));
  }
  return tally;
}
