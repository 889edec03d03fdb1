/** What waits for the endpoints of one payment: pure values, each change a new one. */
import type { WebhookEvent } from '../activities/contract.ts';
import type { DeadLetter, WebhookChoice, WebhookEndpointView, WebhookTask } from './webhook-messages.ts';

interface Dead {
  readonly entry: number;
  readonly why: DeadLetter['why'];
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly at: number;
}

interface Endpoint {
  /** The highest entry that came: what comes again is known. */
  readonly last: number;
  /** Entries in order; the first is being delivered. */
  readonly waiting: readonly number[];
  /** When the first was first tried, milliseconds since the epoch; null before. */
  readonly since: number | null;
  readonly dead: readonly Dead[];
  /** The last one was given up: the next have one try each until one arrives. */
  readonly failing: boolean;
  /** It answered 410. */
  readonly gone: boolean;
  readonly overflow: number;
}

export interface WebhookState {
  /** What some endpoint still waits for or failed to take, by entry. */
  readonly events: Readonly<Record<number, WebhookEvent>>;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
}

/** How a delivery ended: so many of the first arrived, or the first was given up. */
export type Fate = number | DeadLetter['why'];

export const NO_EVENTS: WebhookState = { events: {}, endpoints: {} };

const NEW: Endpoint = {
  last: 0,
  waiting: [],
  since: null,
  dead: [],
  failing: false,
  gone: false,
  overflow: 0,
};

/** Entries that one endpoint may keep: a state holds 2 MiB, an event about one KiB. */
const MOST_KEPT = 1_000;
/** Events of one activity: each is in the history twice. */
const MOST_AT_ONCE = 20;

/** Takes events in, each once for each endpoint. */
export function received(state: WebhookState, tasks: readonly WebhookTask[], now: number): WebhookState {
  let { events, endpoints } = state;
  for (const { event, to } of tasks) {
    const { entry } = event.data;
    for (const name of to) {
      const endpoint = endpoints[name] ?? NEW;
      if (entry <= endpoint.last) continue;
      endpoints = { ...endpoints, [name]: joined({ ...endpoint, last: entry }, entry, now) };
      events = { ...events, [entry]: event };
    }
  }
  return tidy({ events, endpoints });
}

function joined(endpoint: Endpoint, entry: number, now: number): Endpoint {
  const { waiting, dead, gone, overflow } = endpoint;
  if (waiting.length + dead.length >= MOST_KEPT) return { ...endpoint, overflow: overflow + 1 };
  if (gone) return { ...endpoint, dead: [...dead, { entry, why: 'gone', since: now, at: now }] };
  return { ...endpoint, waiting: [...waiting, entry] };
}

/** What an endpoint gets next, at most so many events; or null. */
export function nextFor(
  { events, endpoints }: WebhookState,
  name: string,
): { readonly events: readonly WebhookEvent[]; readonly once: boolean } | null {
  const { waiting = [], failing = false } = endpoints[name] ?? {};
  const next = waiting.slice(0, failing ? 1 : MOST_AT_ONCE).flatMap((entry) => events[entry] ?? []);
  return next.length === 0 ? null : { events: next, once: failing };
}

export const begun = (state: WebhookState, name: string, now: number): WebhookState =>
  changed(state, name, (endpoint) => ({ ...endpoint, since: endpoint.since ?? now }));

/** @param entries - those that were being delivered; what a person changed meanwhile stays as it is. */
export function ended(
  state: WebhookState,
  name: string,
  { entries, fate, now }: { readonly entries: readonly number[]; readonly fate: Fate; readonly now: number },
): WebhookState {
  return changed(state, name, (endpoint) => {
    if (typeof fate === 'number') {
      const arrived = entries.slice(0, fate);
      const waiting = endpoint.waiting.filter((each) => !arrived.includes(each));
      return { ...endpoint, waiting, since: null, failing: false };
    }
    const [entry = 0] = entries;
    const [first, ...waiting] = endpoint.waiting;
    if (first !== entry) return endpoint;
    const dead = [...endpoint.dead, { entry, why: fate, since: endpoint.since ?? now, at: now }];
    if (fate === 'undelivered') return { ...endpoint, waiting, since: null, dead, failing: true };
    const others = waiting.map((each): Dead => ({ entry: each, why: 'gone', since: now, at: now }));
    return { ...endpoint, waiting: [], since: null, dead: [...dead, ...others], gone: true };
  });
}

/** Dead letters wait again, before what came after them; what is being tried begins its tries anew. */
export function retried(state: WebhookState, choice: WebhookChoice): WebhookState {
  return chosen(state, choice, (endpoint, [meant, others]) => ({
    ...endpoint,
    waiting: [...meant.map(({ entry }) => entry), ...endpoint.waiting].toSorted((a, b) => a - b),
    since: null,
    dead: others,
    failing: false,
    gone: false,
  }));
}

export function dropped(state: WebhookState, choice: WebhookChoice): WebhookState {
  return chosen(state, choice, (endpoint, [, others]) => ({ ...endpoint, dead: others, overflow: 0 }));
}

type Split = readonly [meant: readonly Dead[], others: readonly Dead[]];

function chosen(
  state: WebhookState,
  { endpoint: only, entry }: WebhookChoice,
  change: (endpoint: Endpoint, split: Split) => Endpoint,
): WebhookState {
  const names = Object.keys(state.endpoints).filter((name) => only === undefined || name === only);
  return names.reduce(
    (before, name) =>
      changed(before, name, (endpoint) => {
        const isMeant = (each: Dead): boolean => entry === undefined || each.entry === entry;
        const meant = endpoint.dead.filter(isMeant);
        return change(endpoint, [meant, endpoint.dead.filter((each) => !isMeant(each))]);
      }),
    state,
  );
}

export const deadIn = ({ endpoints }: WebhookState): number =>
  Object.values(endpoints).reduce((sum, { dead, overflow }) => sum + dead.length + overflow, 0);

export const isEmpty = (state: WebhookState): boolean =>
  deadIn(state) === 0 && Object.values(state.endpoints).every(({ waiting }) => waiting.length === 0);

export function viewOf({ events, endpoints }: WebhookState): readonly WebhookEndpointView[] {
  const typeOf = (entry: number): string => events[entry]?.type ?? '';
  return Object.entries(endpoints).map(([endpoint, { waiting, since, dead, overflow }]) => ({
    endpoint,
    waiting: waiting.map((entry) => ({ entry, type: typeOf(entry) })),
    since: since === null ? null : new Date(since).toISOString(),
    dead: dead.map((each) => ({
      entry: each.entry,
      type: typeOf(each.entry),
      why: each.why,
      since: new Date(each.since).toISOString(),
      at: new Date(each.at).toISOString(),
    })),
    overflow,
  }));
}

function changed(state: WebhookState, name: string, change: (endpoint: Endpoint) => Endpoint): WebhookState {
  const endpoint = state.endpoints[name];
  if (endpoint === undefined) return state;
  return tidy({ ...state, endpoints: { ...state.endpoints, [name]: change(endpoint) } });
}

/** An event that nobody waits for is forgotten. */
function tidy({ events, endpoints }: WebhookState): WebhookState {
  const kept = new Set(
    Object.values(endpoints).flatMap(({ waiting, dead }) => [...waiting, ...dead.map(({ entry }) => entry)]),
  );
  return {
    events: Object.fromEntries(Object.entries(events).filter(([n]) => kept.has(Number(n)))),
    endpoints,
  };
}
