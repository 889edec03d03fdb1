import { createHash } from 'node:crypto';
import type { PaymentView } from '../machines/view.ts';
import type {
  CaptureCommand,
  Command,
  RefundCommand,
  ReleaseCommand,
  ResolveCommand,
  ResolveWord,
} from '../payment/command.ts';
import { checkLines, type Line, linesTotal } from '../payment/line.ts';
import { formatFigure, type Money } from '../payment/money.ts';
import type { Explanation } from '../payment/rule.ts';
import type { CaptureInput, RefundInput, ReleaseInput, ResolutionInput } from './body.ts';
import { invalid, ProblemError } from './problem.ts';
import type { ExplainQuery } from './query.ts';

/** From validated bodies to the commands that the machine takes: amounts become minor units, absent fields stay absent. */

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The object without its undefined fields: what is absent must stay absent in a hash. */
export function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}

interface Sums {
  readonly amount: number | undefined;
  readonly currency: string | undefined;
  readonly lines: readonly Line[] | undefined;
  readonly vatAmount: number | undefined;
}

/** Holds lines against the amount; lines alone say the amount. @throws ProblemError `validation` or `lines-sum`. */
function sums(given: { amount?: Money | undefined; lines?: unknown; vatAmount?: Money | undefined }): Sums {
  const { amount, vatAmount } = given;
  const lines = given.lines as readonly Line[] | undefined;
  const currency = amount?.currency ?? lines?.[0]?.unitPrice.currency ?? vatAmount?.currency;
  let value = amount?.value;
  if (lines !== undefined && currency !== undefined) {
    value ??= totalOf(lines, currency);
    checkedLines(lines, value, currency);
    if (value < 1) throw invalid('lines', `must sum to 1 or more minor units, not ${value}`);
  }
  if (vatAmount !== undefined) {
    if (vatAmount.currency !== currency) throw invalid('vatAmount.currency', `must be ${currency}`);
    if (vatAmount.value < 0 || (value !== undefined && vatAmount.value > value)) {
      throw invalid('vatAmount.value', 'must lie between 0 and the amount');
    }
  }
  return { amount: value, currency, lines, vatAmount: vatAmount?.value };
}

/** @throws ProblemError `validation` for lines that have no safe sum. */
function totalOf(lines: readonly Line[], currency: string): number {
  try {
    return linesTotal(lines);
  } catch {
    checkedLines(lines, 0, currency);
    throw invalid('lines', 'the sum is not a safe integer of minor units');
  }
}

/** @param root - where the lines stand in the request. @throws ProblemError `validation` or `lines-sum`. */
export function checkedLines(lines: readonly Line[], amount: number, currency: string, root = ''): void {
  const refusal = checkLines(lines, amount, currency);
  if (refusal === null) return;
  const { code, message, figures } = refusal;
  const path = `${root}${refusal.path}`;
  throw new ProblemError(code, { detail: `${path}: ${message}`, figures, errors: [{ path, message }] });
}

export function captureCommand(id: string, body: CaptureInput): CaptureCommand {
  const { final, description, reference, invoice, options, override } = body;
  return present({
    type: 'capture',
    id,
    ...sums(body),
    final,
    description,
    reference,
    invoice: invoice === undefined ? undefined : present(invoice),
    options,
    override,
  }) as CaptureCommand;
}

export function releaseCommand(id: string, body: ReleaseInput): ReleaseCommand {
  return present({ type: 'release', id, reason: body.reason, override: body.override }) as ReleaseCommand;
}

export function refundCommand(id: string, body: RefundInput): RefundCommand {
  const { capture, reason, options, override } = body;
  return present({ type: 'refund', id, capture, ...sums(body), reason, options, override }) as RefundCommand;
}

export function resolveCommand(id: string, body: ResolutionInput): ResolveCommand {
  return { type: 'resolve', id, word: wordOf(body), evidence: body.evidence, by: body.by };
}

function wordOf(given: Omit<ResolutionInput, 'id' | 'evidence' | 'by'>): ResolveWord {
  const { operation, outcome, amount, reference, remainder, lock, attention } = given;
  if (operation !== undefined && outcome !== undefined) {
    return present({ operation, outcome, amount, reference }) as ResolveWord;
  }
  if (remainder !== undefined) return { remainder };
  if (lock !== undefined) return { lock };
  if (attention !== undefined) return { attention };
  throw invalid('', 'must say exactly one of operation with outcome, remainder, lock, attention');
}

/** The same withdrawal has the same id, so that a repeat is one. Never above 64 characters. */
export function withdrawId(capture: string): string {
  const id = `${capture}.withdraw`;
  if (id.length <= 64) return id;
  return `w-${createHash('sha256').update(capture).digest('hex').slice(0, 32)}`;
}

/**
 * A command as `explain` asks about it; it is never sent. A withdrawal that names no capture asks about the first
 * planned one, a resolution that says nothing about the rules that hold for every one.
 *
 * @param read - the payment; asked for where the query alone does not say what is meant.
 */
export async function askedCommand(query: ExplainQuery, read: () => Promise<PaymentView>): Promise<Command> {
  const { command, amount, currency, final, capture, override } = query;
  const id = 'explain';
  switch (command) {
    case 'capture':
      return present({ type: command, id, amount, currency, final, override }) as Command;
    case 'release':
    case 'void':
      return present({ type: 'release', id, override }) as Command;
    case 'refund':
      return present({ type: command, id, amount, currency, capture, override }) as Command;
    case 'withdraw':
      return { type: command, id, capture: capture ?? (await firstPlanned(read)) };
    case 'reschedule': {
      const { captures, deadline, onDeadline } = query;
      return { type: command, id, plan: present({ captures, deadline, onDeadline }) };
    }
    case 'resolve':
      return { type: command, id, word: askedWord(query), evidence: 'asked', by: 'asked' };
  }
}

/**
 * What `explain` says of a void: what it says of a release, and that nothing was captured. The machine knows no void, and
 * `legal` names one only then.
 */
export function explainVoid(explanation: Explanation, { captures }: PaymentView): Explanation {
  const captured = captures.filter(({ state }) => state === 'approved');
  const sum = captured.reduce((so, { amount, booked }) => so + (booked ?? amount).value, 0);
  const rule = {
    rule: 'nothing-captured',
    name: null,
    pass: captured.length === 0,
    text: captured.length === 0 ? 'nothing captured' : `captured ${formatFigure(sum)}: ask for a release`,
    figures: { captured: sum },
    because: captured.map(({ id }) => id),
  } as const;
  const { legal, refusedBy, rules, would } = explanation;
  return {
    ...explanation,
    command: 'void',
    legal: legal && rule.pass,
    refusedBy: refusedBy ?? (rule.pass ? null : 'not-legal-now'),
    rules: [...rules, rule as unknown as Explanation['rules'][number]],
    would: rule.pass ? would : null,
  };
}

/** Any word stands for all of them where none is said: the rules come before what it says. */
function askedWord(query: ExplainQuery): ResolveWord {
  if (query.operation !== undefined && query.outcome === undefined)
    throw invalid('outcome', 'is needed beside operation');
  const said = [query.operation, query.outcome, query.remainder, query.lock, query.attention];
  return said.every((each) => each === undefined) ? { remainder: 'lapsed' } : wordOf(query);
}

/** Where nothing is planned, an id that no capture has: the rules say so. */
async function firstPlanned(read: () => Promise<PaymentView>): Promise<string> {
  const { captures } = await read();
  return captures.find((each) => each.state === 'planned')?.id ?? 'none-planned';
}
