import type { KeyObject } from 'node:crypto';
import type { Bundle, HistoryEvent } from './bundle.ts';
import { hashOf, FIRST_PREV, digestsOf } from './chain.ts';
import { type Check, CHECKS, type CheckName, checked } from './check.ts';
import { asJson, type Difference, firstDifference } from './difference.ts';
import { foldDifference } from './fold-check.ts';
import { ledgerDifference } from './history-check.ts';
import { historyBreaches } from './history-rules.ts';
import { ledgerBreaches } from './ledger-rules.ts';
import { sdkVersion } from './make-bundle.ts';
import { MONEY_RULES, type Breach } from './money-rule.ts';
import type { Divergence } from './replay-runs.ts';
import { runDifference } from './run-chain.ts';
import { schemaFault } from './schema.ts';
import { isSigned, rawPublicKey } from './signature.ts';
import { type Trace, trace } from './trace.ts';

export interface Verdict {
  /** Null where the bundle names none. */
  readonly payment: string | null;
  readonly holds: boolean;
  readonly entries: number;
  readonly events: number;
  readonly checks: readonly Check[];
}

export interface Verifying {
  /** The key that the bundle must be signed with. */
  readonly publicKey?: KeyObject;
  /** Replays the runs of a payment on today's code; left out, that check is not made and the bundle does not hold. */
  readonly replay?: (payment: string, bundle: Bundle['histories']) => Promise<Divergence | null>;
}

/** All checks of a bundle. It asks no server and runs nothing that the bundle brings; whatever is wrong is a check that fails. */
export async function verifyBundle(value: unknown, { publicKey, replay }: Verifying = {}): Promise<Verdict> {
  const fault = schemaFault(value);
  if (fault !== null) return verdictOf(null, [{ name: 'schema', pass: false, text: fault }]);
  const bundle = value as Bundle;
  const checks = staticChecks(bundle, publicKey);
  // The SDK takes events that are no run for a defect of the server's and waits for better ones.
  const runs = checks.find(({ name }) => name === 'runs');
  if (runs?.pass !== true) return verdictOf(bundle, checks);
  return verdictOf(bundle, [...checks, await replayCheck(bundle, replay)]);
}

/** Those that need no workflow code. @param bundle - one that fits the schema. */
export function staticChecks(bundle: Bundle, publicKey?: KeyObject): readonly Check[] {
  return [
    { name: 'schema', pass: true, text: bundle.format },
    guarded('chain', () => chainCheck(bundle)),
    guarded('digests', () =>
      checked('digests', 'every part has its digest', at(firstDifference(digestsOf(bundle), bundle.digests))),
    ),
    guarded('signature', () => signatureCheck(bundle, publicKey)),
    guarded('versions', () => versionsCheck(bundle)),
    guarded('runs', () =>
      checked(
        'runs',
        `${bundle.histories.length} in one line, ${eventsIn(bundle)} events`,
        runDifference(bundle),
      ),
    ),
    guarded('fold', () =>
      checked(
        'fold',
        `${bundle.ledger.length} entries give the state that they say`,
        foldDifference(bundle.ledger),
      ),
    ),
    guarded('history', () => historyCheck(bundle)),
    ...moneyChecks(bundle),
  ];
}

const eventsIn = ({ histories }: Bundle): number =>
  histories.reduce((sum, { events }) => sum + events.length, 0);

const at = (found: Omit<Difference, 'entry'> | null, entry: number | null = null): Difference | null =>
  found === null ? null : { ...found, entry };

/** What a hostile bundle makes our own code throw is a check that fails, with what it said. */
function guarded(name: CheckName, check: () => Check): Check {
  try {
    return check();
  } catch (error) {
    return { name, pass: false, text: error instanceof Error ? error.message : String(error) };
  }
}

function chainCheck({ ledger }: Bundle): Check {
  let prev = FIRST_PREV;
  for (const [index, entry] of ledger.entries()) {
    const expected = { n: index + 1, prev, hash: hashOf(entry) };
    const found = firstDifference(expected, { n: entry.n, prev: entry.prev, hash: entry.hash });
    if (found !== null) return checked('chain', '', { ...found, entry: index + 1 });
    prev = entry.hash;
  }
  return checked('chain', `${ledger.length} entries, head ${prev}`, null);
}

function signatureCheck(bundle: Bundle, publicKey: KeyObject | undefined): Check {
  const { signature } = bundle;
  const name = 'signature';
  if (signature === undefined) {
    return publicKey === undefined
      ? { name, pass: true, text: 'none; whoever can write the file can have written it' }
      : { name, pass: false, text: 'none, and a key was given' };
  }
  if (!isSigned(bundle)) return { name, pass: false, text: 'not of these digests by the key that it names' };
  if (publicKey === undefined)
    return { name, pass: true, text: `by ${signature.publicKey}, a key that nobody vouches for: say --key` };
  const expected = rawPublicKey(publicKey);
  return checked(name, `by ${expected}`, at(firstDifference(expected, signature.publicKey, 'publicKey')));
}

function versionsCheck({ ledger, histories, versions }: Bundle): Check {
  const expected = {
    machine: ledger[0]?.data['machineVersion'],
    engine: versions.engine,
    sdk: sdkVersion(histories),
  };
  const text = `machine ${versions.machine}, engine ${versions.engine}, SDK ${versions.sdk}`;
  return checked('versions', text, at(firstDifference(expected, versions)));
}

function historyCheck(bundle: Bundle): Check {
  const lived = trace(bundle.histories, bundle.ledger);
  const found =
    at(firstDifference(asJson(lived.facts), bundle.payment, 'payment')) ??
    ledgerDifference(bundle, lived) ??
    lived.differences[0] ??
    null;
  return checked('history', heardText(lived), found);
}

function heardText({ links, heard }: Trace): string {
  const { calls, reads, notices, updates, timers, silent } = heard;
  return `${links.length} entries from ${updates} updates, ${calls} calls, ${reads} reads, ${notices} notices, ${timers} timers; ${silent} moved nothing`;
}

const isAsked = ({ eventType }: HistoryEvent): boolean => eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED';

async function replayCheck(bundle: Bundle, replay: Verifying['replay']): Promise<Check> {
  const name = 'replay';
  if (replay === undefined) return { name, pass: null, text: 'not made' };
  try {
    // The SDK waits for more of a run in which nothing was asked for yet, as that of one that has just gone on.
    const lived = bundle.histories.filter(({ events }) => events.some(isAsked));
    if (lived.length === 0) return { name, pass: false, text: 'no run has a completed workflow task' };
    const found = await replay(bundle.payment.id, lived);
    return found === null
      ? { name, pass: true, text: "today's workflow code asks for exactly what the histories say" }
      : { name, pass: false, text: `run ${found.runId}: ${found.message}` };
  } catch (error) {
    return { name, pass: false, text: error instanceof Error ? error.message : String(error) };
  }
}

function moneyChecks(bundle: Bundle): readonly Check[] {
  let breaches: readonly Breach[];
  try {
    breaches = [...ledgerBreaches(bundle.ledger), ...historyBreaches(bundle)];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return MONEY_RULES.map((name) => ({ name, pass: null, text }));
  }
  return MONEY_RULES.map((name) => {
    const [first] = breaches.filter(({ rule }) => rule === name);
    return { name, pass: first === undefined, text: first?.text ?? WORDS[name] };
  });
}

const WORDS: Readonly<Record<(typeof MONEY_RULES)[number], string>> = {
  M1: 'never more taken and reserved than authorised',
  M2: 'never more given back than captured',
  M3: 'no intent sent again after it was approved',
  M4: 'every used number belongs to one operation',
  M5: 'nothing closed while it is open',
  M6: 'every unit left the hold by an entry',
  M7: 'every amount is an exact integer',
  M8: 'no card number in the histories',
  M9: 'the fold gives every recorded state',
  M10: 'repeats carry the same body, as often as they may',
};

function verdictOf(bundle: Bundle | null, made: readonly Check[]): Verdict {
  const checks = CHECKS.map(
    (name) => made.find((check) => check.name === name) ?? { name, pass: null, text: 'not made' },
  );
  return {
    payment: bundle?.payment.id ?? null,
    holds: checks.every(({ pass }) => pass === true),
    entries: bundle?.ledger.length ?? 0,
    events: bundle === null ? 0 : eventsIn(bundle),
    checks,
  };
}
