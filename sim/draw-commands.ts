import type { Command } from '../payment/command.ts';
import { SECOND } from './capabilities.ts';
import type { Decision } from './life.ts';
import type { Random } from './random.ts';
import type { Setting } from './setting.ts';

/** What callers ask for in a life, legal or not. */
export function drawCommands(random: Random, setting: Setting, span: number, stubborn: boolean): Decision[] {
  const decisions: Decision[] = [];
  const captures = drawCaptures(random, setting, span, stubborn);
  const ids = captures.map(({ command }) => command.id);
  decisions.push(...captures);
  for (let n = random.chance(0.4) ? random.int(1, 3) : 0; n > 0; n--) {
    const anchored = random.chance(setting.provider === 'paymentoptions' ? 0.7 : 0.4) && captures.length > 0;
    const capture = anchored ? { capture: `c-${random.int(1, captures.length)}` } : {};
    const amount = random.chance(0.3)
      ? {}
      : { amount: random.int(1, Math.max(1, Math.floor(setting.amount / 2))) };
    const command = {
      type: 'refund',
      id: `f-${n}`,
      ...capture,
      ...amount,
      ...override(random, setting),
    } as const;
    decisions.push(at(random, span, command));
    ids.push(`f-${n}`);
  }
  for (let n = random.chance(0.35) ? random.int(1, 2) : 0; n > 0; n--) {
    decisions.push(at(random, span, { type: 'release', id: `l-${n}`, reason: 'the order was shortened' }));
    ids.push(`l-${n}`);
  }
  for (let n = random.chance(0.25) ? random.int(1, 2) : 0; n > 0; n--) {
    const capture = `c-${random.int(1, Math.max(1, captures.length))}`;
    decisions.push(at(random, span, { type: 'withdraw', id: `w-${n}`, capture }));
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
    const repeat = { id: random.pick(ids), same: random.chance(0.7) };
    decisions.push({ kind: 'repeat', after: random.int(0, span), ...repeat });
  }
  return decisions;
}

function drawCaptures(
  random: Random,
  setting: Setting,
  span: number,
  stubborn: boolean,
): Extract<Decision, { kind: 'command' }>[] {
  const single = setting.provider !== 'payone' && setting.provider !== 'swedbankpay';
  const few = random.chance(0.5);
  const most = single && setting.plan === 'immediate' ? 4 : 12;
  const captures = stubborn ? random.int(6, 12) : few ? random.int(1, single ? 2 : 3) : random.int(0, most);
  const pieces = random.weighted({ even: 40, drawn: 50, greedy: 10 });
  const together = random.chance(0.35);
  const times = Array.from({ length: captures }, () =>
    together ? random.int(0, 1) * 300 + SECOND : random.int(0, span),
  );
  times.sort((one, other) => one - other);
  let left = setting.amount;
  return times.map((after, index) => {
    const amount =
      pieces === 'even'
        ? Math.max(1, Math.floor(setting.amount / captures))
        : random.int(1, Math.max(1, pieces === 'greedy' ? setting.amount : left));
    left = Math.max(0, left - amount);
    const last = index === captures - 1;
    const takesRest = last && random.chance(0.6);
    const odd = random.chance(0.03) ? random.pick([0, -1, 1.5, setting.amount + 1]) : amount;
    const command: Command = {
      type: 'capture',
      id: `c-${index + 1}`,
      ...(takesRest ? {} : { amount: odd }),
      ...(random.chance(last ? 0.5 : 0.08) ? { final: random.chance(0.8) } : {}),
      ...(random.chance(0.02) ? { currency: 'USD' } : {}),
      ...override(random, setting, stubborn),
    };
    return { kind: 'command', after, command };
  });
}

/** Where a brake exists, an operator overrides it now and then. */
function override(random: Random, setting: Setting, stubborn = false): { readonly override?: true } {
  const may = setting.provider === 'swedbankpay' && random.chance(stubborn ? 0.9 : 0.3);
  return may ? { override: true } : {};
}

const at = (random: Random, span: number, command: Command): Decision => ({
  kind: 'command',
  after: random.int(0, span),
  command,
});
