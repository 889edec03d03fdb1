import type { Timing } from '../payment/capability.ts';
import { parseDuration } from '../payment/duration.ts';

/** The account's own durations as ISO 8601 texts; what is left out has the default of design section 6. */
export interface TimingOptions {
  readonly authorizationValidity?: string | undefined;
  readonly margin?: string | undefined;
  readonly warnBefore?: string | undefined;
  readonly lapseAfter?: string | undefined;
  readonly awaitUntil?: string | undefined;
  readonly unknownAfter?: string | undefined;
  readonly gateAfter?: string | undefined;
  readonly closeAfter?: string | undefined;
  readonly repeats?: readonly string[] | undefined;
  readonly giveUpAfter?: string | undefined;
  readonly absenceAfter?: string | undefined;
  /** Milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** Milliseconds in which a request leaves or never does (design section 5). */
const SEND_WINDOW = 5_000;
const TIMEOUT = 30_000;

const REPEATS: readonly string[] = ['PT2S', 'PT10S', 'PT30S', 'PT2M', 'PT10M', 'PT1H', 'PT6H'];
const LONGEST_MARGIN = 'P1D';

/**
 * @param validity - how long a hold is assumed to stand where the account does not say, ISO 8601.
 * @returns milliseconds.
 */
export function timingOf(options: TimingOptions, validity: string): Timing {
  const stands = parseDuration(options.authorizationValidity ?? validity);
  const margin =
    options.margin === undefined
      ? Math.min(Math.floor(stands / 10), parseDuration(LONGEST_MARGIN))
      : parseDuration(options.margin);
  return {
    validity: stands,
    margin,
    warnBefore: options.warnBefore === undefined ? margin : parseDuration(options.warnBefore),
    lapseAfter: parseDuration(options.lapseAfter ?? 'PT24H'),
    awaitUntil: parseDuration(options.awaitUntil ?? 'PT2H'),
    unknownAfter: parseDuration(options.unknownAfter ?? 'PT30S'),
    gateAfter: parseDuration(options.gateAfter ?? 'PT30M'),
    repeats: (options.repeats ?? REPEATS).map(parseDuration),
    giveUpAfter: parseDuration(options.giveUpAfter ?? 'PT48H'),
    absenceAfter: parseDuration(options.absenceAfter ?? 'PT2M'),
    resendAfter: SEND_WINDOW + (options.timeoutMs ?? TIMEOUT),
    closeAfterCaptures: parseDuration(options.closeAfter ?? 'P400D'),
    closeAfterNone: parseDuration(options.closeAfter ?? 'P14D'),
  };
}
