/** The rules of money of the agreement (design, section 2), by name. */
export const MONEY_RULES = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'M9', 'M10'] as const;
export type MoneyRule = (typeof MONEY_RULES)[number];

/** One breach: the rule and what was found. */
export interface Breach {
  readonly rule: MoneyRule;
  readonly text: string;
}

/** How each rule fared over many payments. */
export type Verdicts = Readonly<
  Record<MoneyRule, { readonly holds: boolean; readonly breaches: readonly string[] }>
>;

/** Groups breaches by rule; a rule without one holds. */
export function verdictsOf(breaches: readonly Breach[]): Verdicts {
  const verdict = (rule: MoneyRule) => {
    const texts = breaches.filter((breach) => breach.rule === rule).map((breach) => breach.text);
    return [rule, { holds: texts.length === 0, breaches: texts }] as const;
  };
  return Object.fromEntries(MONEY_RULES.map(verdict)) as unknown as Verdicts;
}
