import type { KeyObject } from 'node:crypto';
import type { Archive } from '../audit/archive/archive.ts';
import type { Entry, EntryKind } from '../audit/archive/entry.ts';
import type { ArchiveQuery } from '../audit/archive/search.ts';
import type { Bundle } from '../audit/bundle.ts';
import { logToStderr } from '../temporal/progress.ts';
import { withArchive } from './archive-session.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import type { Invocation } from './invocation.ts';
import { instantOf } from './instant-option.ts';
import { signingKey } from './key-file.ts';
import { stdoutSink } from './output-file.ts';
import { amount, type Output, state, styled, table } from './output.ts';

interface Finding {
  payment?: string;
  account?: string;
  provider?: string;
  status?: string;
  currency?: string;
  since?: string;
  until?: string;
  least?: string;
  most?: string;
}

const KINDS: readonly EntryKind[] = ['bundle', 'run', 'tombstone', 'embargo', 'embargo-lifted'];

export async function listRecords(
  call: Invocation<Finding & { kind: string; limit: string; cursor?: string }>,
): Promise<ExitCode> {
  const { options, output } = call;
  const kind = KINDS.find((each) => each === options.kind);
  if (kind === undefined) throw new UsageError(`--kind is one of ${KINDS.join(', ')}`);
  const limit = wholeOf('--limit', options.limit);
  if (limit < 1 || limit > 1_000) throw new UsageError('--limit takes 1 to 1000');
  const { cursor } = options;
  const query = {
    ...(await queryOf(options)),
    kinds: [kind],
    limit,
    ...(cursor === undefined ? {} : { cursor: String(wholeOf('--cursor', cursor)) }),
  };
  return withArchive(call, async ({ archive }) => {
    const page = await archive.find(query);
    output.data(page);
    output.line(table(HEAD, page.items.map(rowOf)));
    if (page.next !== null) output.note(`more with --cursor ${page.next}`);
    return EXIT.done;
  });
}

const HEAD = ['n', 'payment', 'account', 'status', 'asked', 'captured', 'ended', 'at'] as const;

function rowOf(entry: Entry): readonly string[] {
  const { n, payment, account, status, currency, ended, kind, closedAt, storedAt } = entry;
  const money = (value: number | null): string =>
    value === null || currency === null ? '' : amount({ value, currency });
  return [
    String(n),
    payment,
    account ?? '',
    status ?? '',
    money(entry.amount),
    money(entry.captured),
    ended ?? kind,
    closedAt ?? storedAt,
  ];
}

export function showPayment(call: Invocation<object>): Promise<ExitCode> {
  const { output } = call;
  const [payment = ''] = call.args;
  return withArchive(call, async ({ archive }) => {
    const entries = await archive.ofPayment(payment);
    if (entries.length === 0) {
      output.data({ payment, entries });
      output.note(`the archive has nothing of payment ${payment}`);
      return EXIT.refused;
    }
    const hash = (await archive.bundleEntry(payment))?.hash ?? null;
    const bundle = hash === null ? null : ((await archive.get(hash)) as Bundle | null);
    output.data({ payment, entries, ended: bundle?.ledger.at(-1)?.after ?? null });
    output.line(table(['n', 'kind', 'ended', 'at', 'hash', 'note'], entries.map(entryRow)));
    if (bundle !== null) showEnd(output, bundle);
    return EXIT.done;
  });
}

const entryRow = ({ n, kind, ended, closedAt, storedAt, hash, note, actor }: Entry): readonly string[] => [
  String(n),
  kind,
  ended ?? '',
  closedAt ?? storedAt,
  hash ?? '',
  [note, actor === null ? null : `by ${actor}`].filter((part) => part !== null).join(', '),
];

function showEnd(output: Output, { payment, ledger, histories }: Bundle): void {
  const last = ledger.at(-1)?.after;
  if (last === undefined) return;
  output.line();
  output.line(
    `${styled('bold', payment.id)}  ${state(last.status)}, ${ledger.length} entries in ${histories.length} run(s)`,
  );
  for (const [name, value] of Object.entries(last.amounts))
    if (value !== 0) output.line(`  ${name.padEnd(12)} ${amount({ value, currency: payment.currency })}`);
}

export async function exportRecords(
  call: Invocation<Finding & { out: string; sign?: string }>,
): Promise<ExitCode> {
  const { args, options, output } = call;
  const { out, sign } = options;
  if (args.length > 0 && options.payment !== undefined) throw new UsageError('name payments once');
  const query = await queryOf(options);
  const key = sign === undefined ? undefined : await signingKey(sign);
  const { bundleText, writeBundle } = await import('../audit/export.ts');
  return withArchive(call, async ({ archive }) => {
    const failed: { readonly payment: string; readonly error: string }[] = [];
    let written = 0;
    for await (const { payment, hash } of args.length > 0 ? named(archive, args) : all(archive, query)) {
      try {
        const bundle = hash === null ? null : ((await archive.get(hash)) as Bundle | null);
        if (bundle === null) throw new Error('the archive has no bundle of it, or not any more');
        const signed = key === undefined ? bundle : await signedWith(bundle, key);
        if (out === '-') await stdoutSink.write(bundleText(signed));
        else await writeBundle(out, signed);
        written += 1;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        failed.push({ payment, error: text });
        logToStderr(`${payment}: ${text}`);
      }
    }
    if (out !== '-') output.data({ folder: out, written, failed });
    output.note(
      `${written} bundle(s) written${out === '-' ? '' : ` to ${out}`}${failed.length > 0 ? `, ${failed.length} failed` : ''}`,
    );
    return failed.length > 0 ? EXIT.refused : EXIT.done;
  });
}

interface Wanted {
  readonly payment: string;
  readonly hash: string | null;
}

async function* named(archive: Archive, payments: readonly string[]): AsyncGenerator<Wanted> {
  for (const payment of payments) yield { payment, hash: (await archive.bundleEntry(payment))?.hash ?? null };
}

async function* all(archive: Archive, query: ArchiveQuery): AsyncGenerator<Wanted> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await archive.find({ ...query, limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.items;
    cursor = page.next;
  }
}

async function signedWith(bundle: Bundle, key: KeyObject): Promise<Bundle> {
  const { signatureOf } = await import('../audit/signature.ts');
  return { ...bundle, signature: signatureOf(bundle.digests, key) };
}

async function queryOf(options: Finding): Promise<ArchiveQuery> {
  const { since, until, least, most, payment, account, provider, status, currency } = options;
  const given = {
    payment,
    account,
    provider,
    status,
    currency,
    since: since === undefined ? undefined : await instantOf('--since', since),
    until: until === undefined ? undefined : await instantOf('--until', until),
    least: least === undefined ? undefined : wholeOf('--least', least),
    most: most === undefined ? undefined : wholeOf('--most', most),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function wholeOf(flag: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new UsageError(`${flag} takes a whole number`);
  return value;
}
