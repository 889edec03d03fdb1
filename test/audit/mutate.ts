// One change at a time to every value of a bundle, for the tests and the table in docs/audit.md.
import type { Bundle } from '../../audit/bundle.ts';
import { digestsOf, rehashed } from '../../audit/chain.ts';

type Path = readonly (string | number)[];

/** One value of a bundle, changed. */
export interface Mutation {
  readonly path: Path;
  /** The part of the bundle that it belongs to, for the table. */
  readonly group: string;
  readonly bundle: Bundle;
}

/** Paths of all values that are neither objects nor lists, and of lists and objects that are empty. */
export function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((member, index) => [index, member])
    : Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([name, member]) => leaves(member, [...path, name]));
}

export function mutation(bundle: Bundle, path: Path): Mutation {
  const copy = structuredClone(bundle);
  const last = path.at(-1) ?? '';
  let holder = copy as unknown as Record<string | number, unknown>;
  for (const name of path.slice(0, -1)) holder = holder[name] as Record<string | number, unknown>;
  holder[last] = changed(holder[last]);
  return { path, group: groupOf(bundle, path), bundle: copy };
}

/** Makes chain and digests fit what was changed, as whoever can write the file can; nobody but the key can sign it. */
export function covered({ bundle }: Mutation): Bundle {
  const { signature: _signature, ...rest } = bundle;
  const ledger = rehashed(bundle.ledger);
  return { ...rest, ledger, digests: digestsOf({ ...rest, ledger }) };
}

/** Changes that a chain made anew undoes. */
export const isOfTheChain = ([first, , third]: Path): boolean =>
  first === 'digests' ||
  first === 'signature' ||
  (first === 'ledger' && (third === 'prev' || third === 'hash'));

function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return changedText(value);
  if (value === null) return 1;
  return Array.isArray(value) ? [1] : { more: 1 };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** Of the same shape where that can be: another digit, another letter; of an instant the second. */
function changedText(text: string): string {
  const at = INSTANT.test(text) ? 18 : text.search(/[A-Za-z0-9](?=[^A-Za-z0-9]*$)/);
  if (at < 0) return `${text}x`;
  return text.slice(0, at) + otherCharacter(text.charAt(at)) + text.slice(at + 1);
}

function otherCharacter(character: string): string {
  if (/\d/.test(character)) return String((Number(character) + 1) % 10);
  if (/[a-e]/.test(character)) return String.fromCharCode(character.charCodeAt(0) + 1);
  return character === 'f' ? 'e' : character === 'x' ? 'y' : 'x';
}

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/WORKFLOW_EXECUTION_STARTED/, 'start of a run'],
  [/UPDATE_ACCEPTED/, 'command (update)'],
  [/UPDATE_COMPLETED/, 'answer to a command'],
  [/SIGNALED/, 'notice (signal)'],
  [/ACTIVITY_TASK_SCHEDULED/, 'call (activity scheduled)'],
  [/ACTIVITY_TASK_STARTED/, 'activity started'],
  [/ACTIVITY_TASK_/, 'outcome (activity ended)'],
  [/TIMER_/, 'timer'],
  [/WORKFLOW_TASK_/, 'workflow task'],
  [/UPSERT/, 'search attributes'],
];

function groupOf({ histories }: Bundle, path: Path): string {
  const [part, index, member] = path;
  if (part === 'ledger') return `ledger: ${String(member)}`;
  if (part !== 'histories') return String(part);
  if (member !== 'events') return 'history: run id';
  const event = histories[Number(index)]?.events[Number(path[3])];
  const [, name] = SHORT.find(([type]) => type.test(event?.eventType ?? '')) ?? ['', 'end of a run'];
  return `history: ${name}${inside(path)}`;
}

/** What a message says, what the server and the workers note about it, and which event it is. */
function inside(path: Path): string {
  if (path.length === 5) return ', event';
  return path.includes('data') ? ', content' : ', other';
}
