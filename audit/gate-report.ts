import type { GateVerdict } from './gate.ts';
import type { GateDivergence } from './gate-divergence.ts';

/** One sentence: where a run diverges, what it is about, and what the code does instead. */
export function divergenceText(found: GateDivergence): string {
  const { check, eventId, eventType, about, place, patch, message, thrownAt } = found;
  const event = eventId === null ? 'no event' : `event ${eventId}${eventType === '' ? '' : ` ${eventType}`}`;
  const named = [about, patch === null ? place : `patch ${patch}, ${place}`].filter((word) => word !== '');
  return (
    `${check}: ${event}${named.length === 0 ? '' : ` (${named.join('; ')})`}: ${message}` +
    (thrownAt === undefined ? '' : `, at ${thrownAt}`)
  );
}

/** JUnit's XML, which CI systems read: a suite for each workflow type, a case for each run. */
export function junitOf({ runs, ledgers, unreadable }: GateVerdict): string {
  const cases = [
    ...runs.map(({ workflowType, workflowId, runId, divergences }) => ({
      suite: workflowType,
      name: runId === '' ? workflowId : `${workflowId} ${runId}`,
      failures: divergences.map(divergenceText),
    })),
    ...ledgers.map((each) => ({
      suite: 'ledger',
      name: `${each.workflowId} ${each.source}`,
      failures: [divergenceText(each)],
    })),
    ...unreadable.map(({ source, why }) => ({ suite: 'unreadable', name: source, failures: [why] })),
  ];
  const suites = [...Map.groupBy(cases, ({ suite }) => suite)].map(([suite, of]) => {
    const failed = of.filter(({ failures }) => failures.length > 0).length;
    const lines = of.map(({ name, failures }) => caseOf(suite, name, failures));
    return `  <testsuite name="${escaped(suite)}" tests="${of.length}" failures="${failed}">\n${lines.join('\n')}\n  </testsuite>`;
  });
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const head = `<testsuites name="tranche audit gate" tests="${cases.length}" failures="${failed}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${[head, ...suites, '</testsuites>'].join('\n')}\n`;
}

function caseOf(suite: string, name: string, failures: readonly string[]): string {
  const open = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"`;
  if (failures.length === 0) return `${open}/>`;
  const [first = ''] = failures;
  return `${open}>\n      <failure message="${escaped(first)}">${escaped(failures.join('\n'))}</failure>\n    </testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 has no way to write most control characters. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n]|[\uFFFE\uFFFF]/gu, ' ')
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
