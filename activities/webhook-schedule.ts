const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What Standard Webhooks gives as an example, carried on to three days; milliseconds between tries. */
export const WEBHOOK_WAITS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  12 * HOUR,
];

/** An endpoint that asks for more is asked again sooner. */
const LONGEST_ASKED = 24 * HOUR;

/**
 * How long to wait after a try that failed.
 *
 * @param attempt - which try it was, from 1.
 * @param asked - milliseconds that the endpoint asked for, or null.
 * @returns milliseconds, or null after the last try.
 */
export function nextTry(
  attempt: number,
  asked: number | null,
  waits: readonly number[] = WEBHOOK_WAITS,
): number | null {
  const wait = waits[attempt - 1];
  return wait === undefined ? null : Math.max(wait, Math.min(asked ?? 0, LONGEST_ASKED));
}
