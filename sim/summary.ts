import type { Tally } from './tally.ts';

/** What a run of lives came to, as lines for a person. @param seconds - how long it took. */
export function summaryOf(tally: Tally, seconds: number): string {
  const lines = [
    `lives        ${tally.lives} (${Math.round(tally.lives / seconds)}/s), ${tally.closed} closed, ${tally.failed} failed`,
    `steps        ${tally.steps}, calls ${tally.calls}, ledger entries ${tally.entries}`,
    `commands     refused by a rule, a closed payment or a bound id: ${tally.refused}; answers of a person: ${tally.resolutions}`,
    `checks       ${tally.checks}`,
    'lives by provider and plan',
    ...listed(tally.drawn),
    'befell',
    ...listed(tally.met),
    bound(tally),
  ];
  return `${lines.join('\n')}\n`;
}

function listed(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, times]) => `  ${name.padEnd(28)} ${times}`);
}

/** What so many lives allow to be said, and nothing bolder: the rule of three. */
function bound(tally: Tally): string {
  if (tally.failed > 0) return `${tally.failed} failures in ${tally.lives} lives`;
  const most = (3 / Math.max(1, tally.lives)).toExponential(1);
  return `0 failures in ${tally.lives} lives: at 95 % at most ${most} of lives drawn like these fail; lives drawn otherwise are not covered`;
}
