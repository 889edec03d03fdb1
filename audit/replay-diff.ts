import { isDeepStrictEqual } from 'node:util';
import type { Bundle, BundleEntry } from './bundle.ts';

/** One place in which two values differ; undefined members are null. */
export interface Change {
  readonly where: string;
  readonly a: unknown;
  readonly b: unknown;
}

const MOST_CHANGES = 500;

/** Every place in which two JSON values differ, in the order of their members; objects in one alone are one place. */
export function changesOf(a: unknown, b: unknown): readonly Change[] {
  const found: Change[] = [];
  compare(a, b, '', found);
  return found;
}

function compare(a: unknown, b: unknown, where: string, found: Change[]): void {
  if (found.length >= MOST_CHANGES || isDeepStrictEqual(a, b)) return;
  if (!isPlain(a) || !isPlain(b) || Array.isArray(a) !== Array.isArray(b)) {
    found.push({ where: where === '' ? 'value' : where, a: a ?? null, b: b ?? null });
    return;
  }
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)]))
    compare(own(a, name), own(b, name), where === '' ? name : `${where}.${name}`, found);
}

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null;

const own = (value: object, name: string): unknown =>
  Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** How two bundles differ. */
export interface BundleDiff {
  readonly payment: readonly Change[];
  readonly versions: readonly Change[];
  /** Entries by number, those that differ. */
  readonly ledger: readonly {
    readonly n: number;
    readonly a: string;
    readonly b: string;
    readonly changes: readonly Change[];
  }[];
  /** How many entries each has. */
  readonly entries: { readonly a: number; readonly b: number };
}

export function bundleDiff(a: Bundle, b: Bundle): BundleDiff {
  const length = Math.max(a.ledger.length, b.ledger.length);
  const ledger = Array.from({ length }, (_, index) => {
    const [one, other] = [a.ledger[index], b.ledger[index]];
    const changes = changesOf(storyOf(one), storyOf(other));
    return { n: index + 1, a: nameOf(one), b: nameOf(other), changes };
  });
  return {
    payment: changesOf(a.payment, b.payment),
    versions: changesOf(a.versions, b.versions),
    ledger: ledger.filter(({ changes }) => changes.length > 0),
    entries: { a: a.ledger.length, b: b.ledger.length },
  };
}

/** Where an entry stands in its history and in its chain is another matter than what it says. */
function storyOf(entry: BundleEntry | undefined): unknown {
  if (entry === undefined) return null;
  const { refs: _refs, prev: _prev, hash: _hash, before: _before, ...says } = entry;
  return says;
}

const nameOf = (entry: BundleEntry | undefined): string =>
  entry === undefined ? '' : [entry.type, entry.operation].filter((word) => word !== null).join(' ');
