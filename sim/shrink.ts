import type { Decision, Life } from './life.ts';

/** Most lives that one shrinking lives through. */
const MOST_TRIES = 600;

/**
 * A smaller life that still fails: decisions are left out, in halves first and one by one at last.
 * @param fails - whether a life still shows the breach that is looked for; it is asked at most 600 times.
 */
export function shrinkLife(life: Life, fails: (smaller: Life) => boolean): Life {
  let tries = 0;
  let decisions: readonly Decision[] = life.decisions;
  let size = Math.max(1, Math.ceil(decisions.length / 2));
  for (;;) {
    let dropped = false;
    for (let from = 0; from < decisions.length && tries < MOST_TRIES; ) {
      const fewer = [...decisions.slice(0, from), ...decisions.slice(from + size)];
      tries++;
      if (fails({ ...life, decisions: fewer })) {
        decisions = fewer;
        dropped = true;
      } else from += size;
    }
    if (tries >= MOST_TRIES || (size === 1 && !dropped)) return { ...life, decisions };
    if (!dropped || size > decisions.length) size = Math.max(1, Math.floor(size / 2));
  }
}
