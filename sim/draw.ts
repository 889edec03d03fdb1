import { DAY, HOUR, MINUTE, SECOND } from './capabilities.ts';
import { drawCommands } from './draw-commands.ts';
import { drawSetting } from './draw-setting.ts';
import { drawTrouble } from './draw-trouble.ts';
import type { Life, Mode } from './life.ts';
import { Random } from './random.ts';
import type { ProviderName } from './setting.ts';
import type { Swarm } from './swarm.ts';

/** How often each provider is drawn, in hundredths: the one with most rules most often. */
const SHARES: Readonly<Record<ProviderName, number>> = {
  payone: 40,
  swedbankpay: 22,
  ccv: 12,
  paymentoptions: 8,
  finline: 18,
};

export interface Wanted {
  /** A life without crashes and faults of the worker, for traces that a workflow replays. */
  readonly calm?: boolean;
  /** The provider of every life; without it each life draws one. */
  readonly provider?: ProviderName | null;
}

/** The life of a seed: the same seed, mode and wishes always draw the same life. */
export function drawLife(seed: number, mode: Mode, { calm = false, provider = null }: Wanted = {}): Life {
  const random = new Random(Math.imul(seed, 2) + (mode === 'safety' ? 0 : 1));
  const drawn = random.weighted(SHARES);
  const name = provider ?? drawn;
  const swarm: Swarm = {
    lostAnswers: random.chance(0.55),
    refusals: random.chance(0.5),
    stubborn: name === 'swedbankpay' && random.chance(0.12),
    busy: random.chance(0.3),
    pending: random.chance(0.25),
    notices: random.chance(0.5),
    reads: random.chance(0.4),
    crashes: random.chance(0.5) && !calm,
    provider: random.chance(0.25),
  };
  const validity = random.pick([15 * MINUTE, 8 * HOUR, 7 * DAY]);
  const span =
    name === 'ccv'
      ? random.pick([2 * SECOND, Math.floor(validity / 3), validity])
      : random.pick([2 * SECOND, 10 * MINUTE, 6 * HOUR, 5 * DAY, 9 * DAY]);
  const setting = drawSetting(random, name, mode, span, swarm, validity);
  const decisions = [
    ...drawCommands(random, setting, span, swarm.stubborn),
    ...drawTrouble(random, setting, mode, span, swarm, calm),
  ];
  return { seed, mode, setting, decisions };
}
