import type { Command } from '../payment/command.ts';
import { DAY, HOUR, MINUTE, SECOND } from './capabilities.ts';
import type {
  CallFault,
  CrashPoint,
  Decision,
  Life,
  Mode,
  NoticeFault,
  ProviderEvent,
  Setting,
} from './life.ts';
import { DECLINE_CODES, UNCLEAR_CODES } from './payone-answer.ts';
import { Random } from './random.ts';

/** What of a kind of trouble a life may meet; each is drawn in or out per life (a swarm), so that rare ones meet each other. */
interface Swarm {
  readonly lostAnswers: boolean;
  readonly refusals: boolean;
  readonly busy: boolean;
  readonly pending: boolean;
  readonly notices: boolean;
  readonly crashes: boolean;
  readonly provider: boolean;
}

/**
 * The life of a seed: the same seed and mode always draw the same life.
 * @param calm - a life without crashes and faults of the worker, for traces that a workflow replays.
 */
export function drawLife(seed: number, mode: Mode, calm = false): Life {
  const random = new Random(Math.imul(seed, 2) + (mode === 'safety' ? 0 : 1));
  const swarm: Swarm = {
    lostAnswers: random.chance(0.55),
    refusals: random.chance(0.5),
    busy: random.chance(0.3),
    pending: random.chance(0.25),
    notices: random.chance(0.5),
    crashes: random.chance(0.5) && !calm,
    provider: random.chance(0.25),
  };
  const span = random.pick([2 * SECOND, 10 * MINUTE, 6 * HOUR, 5 * DAY, 9 * DAY]);
  const setting = drawSetting(random, mode, span, swarm);
  const decisions = [...drawCommands(random, setting, span), ...drawTrouble(random, mode, span, swarm, calm)];
  return { seed, mode, setting, decisions };
}

function drawSetting(random: Random, mode: Mode, span: number, swarm: Swarm): Setting {
  const clearing = random.weighted({ cc: 60, wlt: 12, elv: 8, rec: 8, vor: 4, sb: 8 });
  const size = random.weighted({ tiny: 20, usual: 70, large: 10 });
  const amount =
    size === 'tiny'
      ? random.int(1, 12)
      : size === 'usual'
        ? random.int(100, 50_000)
        : random.int(1_000_000_000, 1_999_999_999);
  const money = clearing === 'cc' || clearing === 'wlt';
  return {
    clearing,
    amount,
    currency: random.pick(['EUR', 'EUR', 'SEK', 'JPY', 'KWD']),
    adopted: random.chance(0.3) ? random.pick([0, 0, 0, 1, 3]) : null,
    gate: random.chance(0.25) ? 'notification' : 'response',
    declineUsesNumber: random.chance(0.2),
    sequenceMax: random.chance(0.1) ? random.int(4, 7) : 127,
    plan: random.chance(0.2) ? 'collect' : 'immediate',
    onDeadline: random.pick(['alert', 'capture', 'release']),
    deadlineAfter: random.chance(0.4) ? random.int(span, 2 * span + HOUR) : null,
    holdEndsAfter: money
      ? random.chance(0.85)
        ? 8 * DAY + random.int(0, 30) * HOUR
        : random.int(1, 6 * DAY)
      : 3650 * DAY,
    lenient: random.chance(0.5),
    busyFor: swarm.busy && random.chance(0.5) ? random.pick([5 * SECOND, 2 * MINUTE, 20 * MINUTE]) : 0,
    latency: random.pick([40, 120, 900]),
    noticeDelay: random.pick([200, 3 * SECOND, 4 * MINUTE, 20 * MINUTE]),
    declineKeepsReference: random.chance(0.5),
    calmAfter: mode === 'liveness' ? span + random.int(0, 2) * DAY : null,
  };
}

function drawCommands(random: Random, setting: Setting, span: number): Decision[] {
  const decisions: Decision[] = [];
  const ids: string[] = [];
  const captures = random.chance(0.5) ? random.int(1, 3) : random.int(0, 12);
  const pieces = random.weighted({ even: 40, drawn: 50, greedy: 10 });
  const together = random.chance(0.35);
  const times = Array.from({ length: captures }, () =>
    together ? random.int(0, 1) * 300 + SECOND : random.int(0, span),
  );
  times.sort((one, other) => one - other);
  let left = setting.amount;
  for (let n = 1; n <= captures; n++) {
    const amount =
      pieces === 'even'
        ? Math.max(1, Math.floor(setting.amount / captures))
        : random.int(1, Math.max(1, pieces === 'greedy' ? setting.amount : left));
    left = Math.max(0, left - amount);
    const last = n === captures;
    const takesRest = last && random.chance(0.6);
    const command: Command = {
      type: 'capture',
      id: `c-${n}`,
      ...(takesRest
        ? {}
        : { amount: random.chance(0.03) ? random.pick([0, -1, 1.5, setting.amount + 1]) : amount }),
      ...(random.chance(last ? 0.5 : 0.08) ? { final: random.chance(0.8) } : {}),
      ...(random.chance(0.02) ? { currency: 'USD' } : {}),
    };
    ids.push(command.id);
    decisions.push({
      kind: 'command',
      after: times[n - 1] ?? 0,
      command,
    });
  }
  for (let n = random.chance(0.4) ? random.int(1, 3) : 0; n > 0; n--) {
    const capture = random.chance(0.4) && captures > 0 ? { capture: `c-${random.int(1, captures)}` } : {};
    const amount = random.chance(0.3)
      ? {}
      : { amount: random.int(1, Math.max(1, Math.floor(setting.amount / 2))) };
    decisions.push(at(random, span, { type: 'refund', id: `f-${n}`, ...capture, ...amount }));
    ids.push(`f-${n}`);
  }
  for (let n = random.chance(0.35) ? random.int(1, 2) : 0; n > 0; n--) {
    decisions.push(at(random, span, { type: 'release', id: `l-${n}`, reason: 'the order was shortened' }));
    ids.push(`l-${n}`);
  }
  for (let n = random.chance(0.25) ? random.int(1, 2) : 0; n > 0; n--) {
    decisions.push(
      at(random, span, {
        type: 'withdraw',
        id: `w-${n}`,
        capture: `c-${random.int(1, Math.max(1, captures))}`,
      }),
    );
  }
  if (random.chance(0.2)) {
    const plan = random.pick([
      { captures: 'collect' } as const,
      { captures: 'immediate' } as const,
      { onDeadline: 'release' } as const,
      { onDeadline: 'capture' } as const,
    ]);
    decisions.push(at(random, span, { type: 'reschedule', id: 'p-1', plan }));
  }
  for (let n = random.chance(0.3) && ids.length > 0 ? random.int(1, 3) : 0; n > 0; n--) {
    decisions.push({
      kind: 'repeat',
      after: random.int(0, span),
      id: random.pick(ids),
      same: random.chance(0.7),
    });
  }
  return decisions;
}

const at = (random: Random, span: number, command: Command): Decision => ({
  kind: 'command',
  after: random.int(0, span),
  command,
});

function drawTrouble(random: Random, mode: Mode, span: number, swarm: Swarm, calm: boolean): Decision[] {
  const decisions: Decision[] = [];
  const density = random.pick([0.1, 0.25, 0.5]);
  const kinds = callKinds(swarm, calm);
  if (kinds.length > 0) {
    for (let nth = 1; nth <= 24; nth++) {
      if (random.chance(density))
        decisions.push({ kind: 'call', nth, fault: drawCallFault(random, random.pick(kinds), mode) });
    }
  }
  if (swarm.notices) {
    for (let nth = 1; nth <= 20; nth++) {
      if (random.chance(density)) decisions.push({ kind: 'notice', nth, fault: drawNoticeFault(random) });
    }
  }
  if (swarm.crashes) {
    for (let n = random.int(1, 5); n > 0; n--) {
      const point: CrashPoint = random.pick(['before-record', 'before-send', 'after-send', 'after-answer']);
      decisions.push({
        kind: 'crash',
        step: random.int(1, 30),
        point,
        down: random.pick([0, SECOND, 30 * SECOND, 2 * HOUR]),
      });
    }
  }
  if (swarm.provider) {
    for (let n = random.int(1, 3); n > 0; n--) {
      decisions.push({ kind: 'provider', after: random.int(0, 2 * span), event: drawProviderEvent(random) });
    }
  }
  for (let n = random.chance(0.3) ? random.int(1, 3) : 0; n > 0; n--) {
    decisions.push({ kind: 'person', after: random.int(0, 2 * span) });
  }
  if (random.chance(0.1)) decisions.push({ kind: 'poke', after: random.int(0, 2 * span) });
  if (random.chance(0.05)) decisions.push({ kind: 'cancel', after: random.int(0, 2 * span) });
  return decisions;
}

function callKinds(swarm: Swarm, calm: boolean): CallFault['kind'][] {
  const kinds: CallFault['kind'][] = [];
  if (swarm.lostAnswers) kinds.push('lost-before', 'lost-after', 'slow', 'error');
  if (swarm.lostAnswers && !calm) kinds.push('frozen');
  if (swarm.refusals) kinds.push('decline', 'decline', 'refused-connection', 'partial');
  if (swarm.busy) kinds.push('busy', 'busy');
  if (swarm.pending) kinds.push('pending', 'redirect');
  return kinds;
}

function drawCallFault(random: Random, kind: CallFault['kind'], mode: Mode): CallFault {
  const ms = random.pick([SECOND, 20 * SECOND, 10 * MINUTE, 3 * HOUR]);
  const ends = random.weighted({ approved: 60, failed: 30, never: mode === 'safety' ? 10 : 0 });
  switch (kind) {
    case 'slow':
      return { kind, ms: random.pick([2 * SECOND, 40 * SECOND, 3 * MINUTE]) };
    case 'frozen':
      return { kind, ms: random.pick([SECOND, 4900, 5100, 40 * SECOND]) };
    case 'error':
      return { kind, code: random.pick(UNCLEAR_CODES), booked: random.chance(0.5) };
    case 'decline':
      return { kind, code: random.pick(DECLINE_CODES) };
    case 'busy':
      return { kind, code: random.pick([907, 950]) };
    case 'pending':
    case 'redirect':
      return { kind, ms, ends };
    case 'partial':
      return { kind, thousandths: random.int(1, 999) };
    default:
      return { kind };
  }
}

function drawNoticeFault(random: Random): NoticeFault {
  const ms = random.pick([SECOND, MINUTE, HOUR, 30 * HOUR]);
  const kind = random.weighted({ lost: 20, late: 30, reordered: 25, duplicate: 25 });
  return kind === 'lost' ? { kind } : { kind, ms };
}

function drawProviderEvent(random: Random): ProviderEvent {
  const kind = random.weighted({
    elsewhere: 40,
    'late-failure': 30,
    chargeback: 20,
    'chargeback-reversed': 10,
  });
  switch (kind) {
    case 'elsewhere':
      return { kind, action: random.chance(0.7) ? 'capture' : 'refund', amount: random.int(1, 5000) };
    case 'late-failure':
      return { kind, capture: random.int(0, 11) };
    case 'chargeback':
      return { kind, capture: random.int(0, 11), thousandths: random.pick([1000, 1000, 400]) };
    case 'chargeback-reversed':
      return { kind };
  }
}
