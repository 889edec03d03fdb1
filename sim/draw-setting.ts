import { ABSENCE_AFTER, DAY, HOUR, MINUTE, SECOND } from './capabilities.ts';
import type { Mode } from './life.ts';
import type { Random } from './random.ts';
import type { ProviderName, Setting } from './setting.ts';
import type { Swarm } from './swarm.ts';

const CURRENCIES: Readonly<Record<ProviderName, readonly string[]>> = {
  payone: ['EUR', 'EUR', 'SEK', 'JPY', 'KWD'],
  swedbankpay: ['SEK', 'NOK', 'EUR'],
  ccv: ['EUR'],
  paymentoptions: ['JPY', 'USD', 'KWD'],
  finline: ['UAH', 'EUR', 'XTS'],
};

/** @param validity - how long a hold stands where the environment says it (CCV). */
export function drawSetting(
  random: Random,
  provider: ProviderName,
  mode: Mode,
  span: number,
  swarm: Swarm,
  validity: number,
): Setting {
  const common = {
    amount: drawAmount(random),
    currency: random.pick(CURRENCIES[provider]),
    adopted: random.chance(0.3) ? 0 : null,
    plan: random.chance(0.2) ? ('collect' as const) : ('immediate' as const),
    onDeadline: random.pick(['alert', 'capture', 'release'] as const),
    deadlineAfter: random.chance(0.4) ? random.int(span, 2 * span + HOUR) : null,
    holdEndsAfter: random.chance(0.85) ? 8 * DAY + random.int(0, 30) * HOUR : random.int(1, 6 * DAY),
    lenient: random.chance(0.5),
    latency: random.pick([40, 120, 900]),
    noticeDelay: random.pick([200, 3 * SECOND, 4 * MINUTE, 20 * MINUTE]),
    calmAfter: mode === 'liveness' ? span + random.int(0, 2) * DAY : null,
  };
  switch (provider) {
    case 'payone': {
      const clearing = random.weighted({ cc: 60, wlt: 12, elv: 8, rec: 8, vor: 4, sb: 8 });
      const money = clearing === 'cc' || clearing === 'wlt';
      return {
        ...common,
        provider,
        clearing,
        adopted: common.adopted === null ? null : random.pick([0, 0, 0, 1, 3]),
        gate: random.chance(0.25) ? 'notification' : 'response',
        declineUsesNumber: random.chance(0.2),
        sequenceMax: random.chance(0.1) ? random.int(4, 7) : 127,
        holdEndsAfter: money ? common.holdEndsAfter : 3650 * DAY,
        busyFor: swarm.busy && random.chance(0.5) ? random.pick([5 * SECOND, 2 * MINUTE, 20 * MINUTE]) : 0,
        declineKeepsReference: random.chance(0.5),
      };
    }
    case 'swedbankpay': {
      const digits = random.chance(0.2);
      return {
        ...common,
        provider,
        digits,
        adopted: digits || random.chance(0.6) ? 0 : null,
        absenceAfter: random.pick([ABSENCE_AFTER, ABSENCE_AFTER, 10 * SECOND]),
        usedReference: random.chance(0.6) ? 'refused' : 'answered',
        // Its references book once, so a repeat after an absence that was none costs nothing.
        readLag: random.pick([0, 5 * SECOND, 45 * SECOND, 10 * MINUTE]),
        showsExpiry: random.chance(0.85),
      };
    }
    case 'ccv':
      return {
        ...common,
        provider,
        validity,
        holdEndsAfter: random.chance(0.85) ? validity + random.int(0, 30) * MINUTE : random.int(1, validity),
        blockFor: random.chance(0.4) ? random.pick([5 * MINUTE, HOUR]) : null,
      };
    case 'paymentoptions':
      return {
        ...common,
        provider,
        adopted: 0,
        recordChanges: random.chance(0.6),
        readLag: random.pick([0, 5 * SECOND, 10 * MINUTE]),
        showsExpiry: random.chance(0.85),
      };
    case 'finline':
      return {
        ...common,
        provider,
        mode: random.chance(0.6) ? 'direct' : 'hosted',
        // Below the absence rule: books that hide a booking for longer would make any repeat unsafe (M10).
        readLag: random.pick([0, 5 * SECOND, 60 * SECOND]),
        showsExpiry: random.chance(0.85),
      };
  }
}

function drawAmount(random: Random): number {
  const size = random.weighted({ tiny: 20, usual: 70, large: 10 });
  if (size === 'tiny') return random.int(1, 12);
  return size === 'usual' ? random.int(100, 50_000) : random.int(1_000_000_000, 1_999_999_999);
}
