/** The rules that a command is held against, in guard order; the first that fails is the refusal's. */
export const RULES = [
  'authorized',
  'not-closed',
  'not-locked',
  'brake',
  'books-agree',
  'lane-open',
  'not-final',
  'not-closing',
  'supported',
  'limit',
  'currency',
  'amount-positive',
  'amount-exceeds-capturable',
  'amount-exceeds-captured',
  'anchor-unknown',
  'plan',
  'nothing-held',
] as const;
export type RuleName =
  | (typeof RULES)[number]
  | 'already-resolved'
  | 'not-planned'
  | 'not-raised'
  | 'id-reserved';

export interface RuleResult {
  readonly rule: RuleName;
  /** The rule of money that it serves. */
  readonly name: 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'M6' | 'M7' | 'M10' | null;
  readonly pass: boolean;
  /** With the figures: "capturable 3 000, asked 4 500, reserved 2 000 by capture c-7". */
  readonly text: string;
  /** Minor units and counts. */
  readonly figures: Readonly<Record<string, number>>;
  /** Ids of the operations that make it so. */
  readonly because: readonly string[];
}

/** Codes that a refusal can carry to the edge; anything else is `not-legal-now` with its rule. */
export type RefusalCode =
  | 'not-legal-now'
  | 'payment-locked'
  | 'payment-closed'
  | 'amount-exceeds-capturable'
  | 'amount-exceeds-captured'
  | 'capture-limit-reached'
  | 'currency-mismatch'
  | 'unsupported-by-provider'
  | 'validation';

export interface Explanation {
  readonly command: string;
  readonly legal: boolean;
  readonly asked: number | null;
  readonly refusedBy: RefusalCode | null;
  readonly rules: readonly RuleResult[];
  readonly would: null | {
    readonly state: 'sent' | 'planned';
    readonly final: boolean;
    readonly frees: number;
    readonly calls: readonly {
      readonly operation: string;
      readonly keys: Readonly<Record<string, string>>;
    }[];
    readonly risks: readonly string[];
  };
}
