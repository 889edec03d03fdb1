import { begin, step } from '../machines/core.ts';
import type { Input, Step } from '../machines/core-input.ts';
import type { CoreState, PaymentFacts } from '../machines/core-state.ts';
import type { PaymentState } from '../machines/payment-state.ts';
import { explain } from '../machines/rules.ts';
import type { Command } from '../payment/command.ts';
import type { Explanation } from '../payment/rule.ts';

/** What the simulator drives. A planted bug is another engine around this one, so that the machines need no seam for tests. */
export interface Engine {
  readonly begin: (facts: PaymentFacts, at: number) => Step;
  readonly step: (state: CoreState, input: Input, at: number) => Step;
  readonly explain: (state: PaymentState, command: Command) => Explanation;
}

/** The machines as they are. */
export const REAL_ENGINE: Engine = { begin, step, explain };
