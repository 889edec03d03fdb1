/** What a scenario of the conformance suite is, and what it is played on. */
import type { Capabilities } from '../../payment/capability.ts';
import type { AuthorizationRequest, ProviderCall } from '../../payment/call.ts';
import type { Plan } from '../../payment/plan.ts';
import type { ProviderAccount, Refusal } from '../../providers/provider.ts';
import type { ContractLife } from './contract-life.ts';
import type {
  ContractBooks,
  ContractProvider,
  ContractTwin,
  Ending,
  Power,
  Reason,
} from './contract-provider.ts';

export interface Opening {
  /** Minor units. @default 1 000 000 */
  readonly amount?: number;
  /** @default the provider's */
  readonly currency?: string;
  readonly plan?: Partial<Plan>;
  /** Over the account's options. */
  readonly account?: Readonly<Record<string, unknown>>;
  /** Notices are kept from the beginning. */
  readonly notices?: 'keep';
  /** The account's name; payments of one name share its counter and its terminal. @default contract */
  readonly name?: 'contract' | 'dead';
}

/** Verdict of a notice's arrival, as the harness's edge gave it. */
export type Arrival = 'notice' | 'ignored' | 'forged' | 'malformed';

/** One provider, its twin and the edge that its notices come to. */
export interface Stage {
  readonly provider: ContractProvider;
  readonly twin: ContractTwin;
  readonly capabilities: Capabilities;
  readonly account: ProviderAccount;
  readonly arrivals: readonly Arrival[];
  /** Takes over a hold that was made elsewhere. */
  adopt(opening?: Opening): Promise<ContractLife>;
  /** Asks for the hold; waits for its answer. */
  authorise(request: AuthorizationRequest | Reason, opening?: Opening): Promise<ContractLife>;
  /** A hold that was asked for and stands; where the customer is always sent elsewhere first, they were there. */
  held(opening?: Opening): Promise<ContractLife>;
  /** Whether the account refuses payments in this currency before anything is sent. */
  refusalOf(currency: string, account?: Readonly<Record<string, unknown>>): Refusal | null;
  books(life: ContractLife): Promise<ContractBooks>;
  /** Looks at the books until it is so. */
  booked(life: ContractLife, so: (books: ContractBooks) => boolean): Promise<ContractBooks>;
  intentOf(call: ProviderCall): string;
  /** The judge; throws with everything that is wrong. */
  agrees(life: ContractLife): Promise<void>;
  /** What a person who looks into the books says of all that is open; then the judge. */
  resolved(life: ContractLife): Promise<void>;
  /**
   * Time passes until the operation has ended, or a person is asked. Then it is judged that it ended as the provider's
   * file says, the person is given, and the books agree.
   */
  ends(life: ContractLife, operation: string, how: Ending): Promise<Ending>;
}

export interface Scenario {
  /** Row of the matrix. */
  readonly id: string;
  /** The rule of the agreement that it holds the provider to. */
  readonly rule: string;
  readonly title: string;
  /** Why it does not apply, by what the provider can do; null where it does. */
  readonly without?: (provider: ContractProvider, capabilities: Capabilities) => Reason | null;
  /** What has to be possible at the twin. */
  readonly uses?: readonly Power[];
  /** A remark for the matrix where there is more than one right end. */
  play(stage: Stage): Promise<string | undefined | void>;
}

/** What the matrix says where it cannot happen. */
const CANNOT: Readonly<Record<Power, Reason>> = {
  notices: 'no notices',
  elsewhere: 'nothing can be booked elsewhere',
  settle: 'nothing is pending',
  customer: 'no customer is sent elsewhere',
  expire: 'a hold does not end by itself',
  failLate: 'a booking is not taken back',
  unlock: 'failures lock nothing',
};

/** Why a scenario is not played at a provider, or null. */
export function reasonAgainst(
  { id, uses = [], without }: Scenario,
  provider: ContractProvider,
  capabilities: Capabilities,
): Reason | null {
  const own = provider.notApplicable?.[id];
  if (own !== undefined) return own;
  const lacking = uses.find((power) => !provider.powers.includes(power));
  return lacking === undefined ? (without?.(provider, capabilities) ?? null) : CANNOT[lacking];
}
