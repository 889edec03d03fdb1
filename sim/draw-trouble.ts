import { DAY, HOUR, MINUTE, SECOND } from './capabilities.ts';
import type {
  CallFault,
  CrashPoint,
  Decision,
  GrantFault,
  Mode,
  NoticeFault,
  ProviderEvent,
  ReadFault,
} from './life.ts';
import { DECLINE_CODES, UNCLEAR_CODES } from './payone-answer.ts';
import type { Random } from './random.ts';
import type { Setting } from './setting.ts';
import type { Swarm } from './swarm.ts';

/** What goes wrong in a life, what happens without us, and when a person looks. */
export function drawTrouble(
  random: Random,
  setting: Setting,
  mode: Mode,
  span: number,
  swarm: Swarm,
  calm: boolean,
): Decision[] {
  const decisions: Decision[] = [];
  // Few calls are made where one capture is all: trouble has to meet them.
  const single = setting.provider !== 'payone' && setting.provider !== 'swedbankpay';
  const density = random.pick(single ? [0.25, 0.5, 0.7] : [0.1, 0.25, 0.5]);
  const kinds = callKinds(setting, swarm, calm);
  if (kinds.length > 0) {
    for (let nth = 1; nth <= 24; nth++) {
      if (random.chance(density))
        decisions.push({
          kind: 'call',
          nth,
          fault: drawCallFault(random, random.pick(kinds), mode, setting),
        });
      else if (swarm.stubborn) decisions.push({ kind: 'call', nth, fault: drawRefusal(random) });
    }
  }
  if (swarm.notices && hasNotices(setting)) {
    for (let nth = 1; nth <= 20; nth++) {
      if (random.chance(density)) decisions.push({ kind: 'notice', nth, fault: drawNoticeFault(random) });
    }
  }
  decisions.push(...drawQueries(random, setting, swarm, density), ...drawTerminal(random, setting, span));
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
  // An answer that waits for a worker while the books go on.
  if (swarm.crashes && 'readLag' in setting && random.chance(0.5)) {
    const step = random.int(5, 14);
    decisions.push({ kind: 'crash', step, point: 'before-record', down: random.pick([MINUTE, 2 * HOUR]) });
  }
  if (swarm.provider) {
    for (let n = random.int(1, 3); n > 0; n--) {
      const event = drawProviderEvent(random, setting);
      decisions.push({ kind: 'provider', after: random.int(0, 2 * span), event });
    }
  }
  for (let n = random.chance(0.3) ? random.int(1, 3) : 0; n > 0; n--) {
    decisions.push({ kind: 'person', after: random.int(0, 2 * span) });
  }
  for (let n = random.chance(0.15) ? random.int(1, 3) : 0; n > 0; n--) {
    decisions.push({ kind: 'poke', after: random.int(0, 2 * span + DAY) });
  }
  if (random.chance(0.05)) decisions.push({ kind: 'cancel', after: random.int(0, 2 * span) });
  return decisions;
}

const hasNotices = ({ provider }: Setting): boolean => provider !== 'ccv' && provider !== 'paymentoptions';

function callKinds(setting: Setting, swarm: Swarm, calm: boolean): CallFault['kind'][] {
  const { provider } = setting;
  const kinds: CallFault['kind'][] = [];
  if (swarm.lostAnswers) kinds.push('lost-before', 'lost-after', 'slow', 'error');
  if (swarm.lostAnswers && !calm) kinds.push('frozen');
  if (swarm.refusals) {
    const no = provider === 'payone' ? ('decline' as const) : ('refusal' as const);
    kinds.push(no, no, 'refused-connection');
    if (provider === 'payone' || provider === 'ccv') kinds.push('partial');
    if (provider === 'swedbankpay') kinds.push(no, no, no);
    if (provider === 'finline' || provider === 'paymentoptions') kinds.push('amount');
  }
  if (swarm.busy) kinds.push('busy', 'busy');
  if (swarm.busy && provider !== 'payone') kinds.push('paused');
  if (swarm.pending && provider !== 'ccv' && provider !== 'paymentoptions') kinds.push('pending', 'redirect');
  return kinds;
}

function drawCallFault(random: Random, kind: CallFault['kind'], mode: Mode, setting: Setting): CallFault {
  const ms = random.pick([SECOND, 20 * SECOND, 10 * MINUTE, 3 * HOUR, 3 * DAY]);
  const ends = random.weighted({ approved: 60, failed: 30, never: mode === 'safety' ? 10 : 0 });
  const payone = setting.provider === 'payone';
  switch (kind) {
    case 'slow':
      return {
        kind,
        ms: random.pick([2 * SECOND, 40 * SECOND, 3 * MINUTE, ...(payone ? [] : [20 * MINUTE])]),
      };
    case 'frozen':
      return { kind, ms: random.pick([SECOND, 4900, 5100, 40 * SECOND]) };
    case 'error':
      return { kind, code: payone ? random.pick(UNCLEAR_CODES) : 0, booked: random.chance(0.5) };
    case 'decline':
      return { kind, code: random.pick(DECLINE_CODES) };
    case 'refusal':
      return drawRefusal(random);
    case 'busy':
      return { kind, code: payone ? random.pick([907, 950]) : 0 };
    case 'paused':
      return { kind, ms: random.pick([SECOND, 5 * MINUTE]) };
    case 'pending':
    case 'redirect':
      return { kind, ms, ends };
    case 'partial':
    case 'amount':
      return { kind, thousandths: random.int(1, 999) };
    default:
      return { kind };
  }
}

const drawRefusal = (random: Random): CallFault => ({
  kind: 'refusal',
  again: random.pick(['no', 'later', 'customer', 'config']),
  lost: random.chance(0.2),
});

/** What befalls reads of the books, where there are any. */
function drawQueries(random: Random, { provider }: Setting, swarm: Swarm, density: number): Decision[] {
  const decisions: Decision[] = [];
  if (!swarm.reads || provider === 'payone' || provider === 'ccv') return decisions;
  for (let nth = 1; nth <= 20; nth++) {
    if (random.chance(density)) decisions.push({ kind: 'read', nth, fault: drawReadFault(random) });
  }
  return decisions;
}

function drawReadFault(random: Random): ReadFault {
  const kind = random.weighted({ failed: 50, slow: 25, stale: 25 });
  return kind === 'failed' ? { kind } : { kind, ms: random.pick([SECOND, 20 * SECOND]) };
}

/** Other payments at the terminal, and grants that come late or twice. */
function drawTerminal(random: Random, setting: Setting, span: number): Decision[] {
  const decisions: Decision[] = [];
  const allocates = setting.provider === 'ccv' || (setting.provider === 'swedbankpay' && setting.digits);
  if (!allocates) return decisions;
  for (let n = random.chance(0.4) ? random.int(1, 4) : 0; n > 0; n--) {
    const ms = random.pick([SECOND, 20 * SECOND, 4 * MINUTE]);
    const blocks = random.chance(0.3) ? random.pick([MINUTE, HOUR]) : 0;
    decisions.push({ kind: 'holder', after: random.chance(0.5) ? 0 : random.int(0, span), ms, blocks });
  }
  for (let nth = 1; nth <= 10; nth++) {
    if (random.chance(0.15)) decisions.push({ kind: 'grant', nth, fault: drawGrantFault(random) });
  }
  return decisions;
}

function drawGrantFault(random: Random): GrantFault {
  const kind = random.pick(['late', 'duplicate'] as const);
  return { kind, ms: random.pick([SECOND, 25 * SECOND, 2 * MINUTE]) };
}

function drawNoticeFault(random: Random): NoticeFault {
  const ms = random.pick([SECOND, MINUTE, HOUR, 30 * HOUR]);
  const kind = random.weighted({ lost: 20, late: 30, reordered: 25, duplicate: 25 });
  return kind === 'lost' ? { kind } : { kind, ms };
}

function drawProviderEvent(random: Random, { provider }: Setting): ProviderEvent {
  const drawn = random.weighted({
    elsewhere: 40,
    'late-failure': 30,
    chargeback: 20,
    'chargeback-reversed': 10,
  });
  const kind = provider === 'payone' ? drawn : 'elsewhere';
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
