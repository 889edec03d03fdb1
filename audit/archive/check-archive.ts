import type { Bundle } from '../bundle.ts';
import { firstDifference } from '../difference.ts';
import { schemaFault } from '../schema.ts';
import { staticChecks } from '../verify.ts';
import type { Archive } from './archive.ts';
import { EMPTY, type Entry, type Head, linkOf } from './entry.ts';
import { bundleFacts } from './record.ts';

/**
 * - `chain`: entries are numbered without a gap, each bears the link of the one before and its own.
 * - `head`: what a second witness says it held is still in the chain.
 * - `content`: every record is there and is what its name says, or a tombstone says why it is not.
 * - `index`: what a bundle is found by is what it says.
 * - `bundles`: each bundle of a payment that ended by its own rules holds (all checks of `audit verify` but the replay).
 */
export const ARCHIVE_CHECKS = ['chain', 'head', 'content', 'index', 'bundles'] as const;

export interface ArchiveCheck {
  readonly name: (typeof ARCHIVE_CHECKS)[number];
  /** Null where it was not made. */
  readonly pass: boolean | null;
  readonly text: string;
  /** The first things that were found. */
  readonly found: readonly string[];
}

export interface Checking {
  /** What another place knows of the chain. */
  readonly witness?: Head;
  /** Told of each record that was looked at, of how many. */
  readonly progress?: (done: number, all: number) => void;
}

const PAGE = 500;
const MOST_FOUND = 20;

/** Looks at every entry and opens every record. @throws the database's own error where it does not answer. */
export async function checkArchive(
  archive: Archive,
  checking: Checking = {},
): Promise<readonly ArchiveCheck[]> {
  const found = new Map<ArchiveCheck['name'], string[]>(ARCHIVE_CHECKS.map((name) => [name, []]));
  const tell = (name: ArchiveCheck['name'], text: string): void => {
    const list = found.get(name) ?? [];
    if (list.length < MOST_FOUND) list.push(text);
  };
  const { records, gone, head, entries } = await readChain(archive, checking.witness, tell);
  let bundles = 0;
  for (const [index, entry] of records.entries()) {
    const bundle = await opened(archive, entry, gone.has(entry.hash ?? ''), tell);
    if (bundle !== null) {
      bundles += 1;
      judge(entry, bundle, tell);
    }
    checking.progress?.(index + 1, records.length);
  }
  const texts: Readonly<Record<ArchiveCheck['name'], string>> = {
    chain: `${entries} entries, head ${head.n}:${head.link}`,
    head: checking.witness === undefined ? 'no other witness was asked' : 'holds all that the witness knows',
    content: `${records.length} records, ${gone.size} removed with a tombstone`,
    index: `${bundles} bundles are found by what they say`,
    bundles: `${bundles} bundles hold`,
  };
  return ARCHIVE_CHECKS.map((name) => {
    const list = found.get(name) ?? [];
    const made = name !== 'head' || checking.witness !== undefined;
    return { name, pass: made ? list.length === 0 : null, text: list[0] ?? texts[name], found: list };
  });
}

type Tell = (name: ArchiveCheck['name'], text: string) => void;

async function readChain(
  archive: Archive,
  witness: Head | undefined,
  tell: Tell,
): Promise<{
  readonly records: readonly Entry[];
  /** Hashes of records that a tombstone stands for. */
  readonly gone: ReadonlySet<string>;
  readonly head: Head;
  readonly entries: number;
}> {
  const records: Entry[] = [];
  const gone = new Set<string>();
  let head = EMPTY;
  let entries = 0;
  let seen = witness === undefined || witness.n === 0;
  for (;;) {
    const page = await archive.entries(head.n, PAGE);
    for (const entry of page) {
      if (entry.n !== head.n + 1) tell('chain', `entry ${head.n + 1} is not there, ${entry.n} follows`);
      if (entry.prev !== head.link) tell('chain', `entry ${entry.n} does not follow the one before`);
      if (entry.link !== linkOf(entry)) tell('chain', `entry ${entry.n} was changed`);
      if (entry.n === witness?.n) {
        seen = true;
        if (entry.link !== witness.link)
          tell('head', `entry ${entry.n} is another one than the witness knows`);
      }
      if (entry.kind === 'run' || entry.kind === 'bundle') records.push(entry);
      if (entry.kind === 'tombstone' && entry.hash !== null) gone.add(entry.hash);
      head = { n: entry.n, link: entry.link };
      entries += 1;
    }
    if (page.length < PAGE) break;
  }
  if (!seen) tell('head', `entry ${witness?.n} was there and is not any more`);
  return { records, gone, head, entries };
}

/** @returns the record where it is a bundle. */
async function opened(archive: Archive, entry: Entry, removed: boolean, tell: Tell): Promise<Bundle | null> {
  const { hash, payment, n, kind } = entry;
  const name = `entry ${n}, ${kind} of payment ${payment}`;
  try {
    const record = await archive.get(hash ?? '');
    if (record === null) {
      if (!removed) tell('content', `${name}: its content is not there`);
      return null;
    }
    if (removed) tell('content', `${name}: its content is there beside a tombstone`);
    return kind === 'bundle' ? (record as Bundle) : null;
  } catch (error) {
    tell('content', `${name}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function judge(entry: Entry, bundle: Bundle, tell: Tell): void {
  const name = `entry ${entry.n}, payment ${entry.payment}`;
  const fault = schemaFault(bundle);
  if (fault !== null) {
    tell('bundles', `${name}: ${fault}`);
    return;
  }
  const { account, provider, status, currency, amount, captured, createdAt } = bundleFacts(bundle);
  const said = {
    payment: bundle.payment.id,
    account,
    provider,
    status,
    currency,
    amount,
    captured,
    createdAt,
  };
  const indexed = Object.fromEntries(Object.keys(said).map((key) => [key, entry[key as keyof Entry]]));
  const other = firstDifference(said, indexed);
  if (other !== null) tell('index', `${name}: ${other.where} is not what the bundle says`);
  if (entry.ended !== 'completed') return;
  const failed = staticChecks(bundle).find(({ pass }) => pass === false);
  if (failed !== undefined) tell('bundles', `${name}: ${failed.name}: ${failed.text}`);
}
