import type { Step } from '../../machines/core-input.ts';
import { begin, step } from '../../machines/core.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { Bounds } from './bounds.ts';
import { canonical, digest } from './canonical.ts';
import { bodyOf, checkFold, checkState, checkStep } from './checks.ts';
import type { Move } from './moves.ts';
import { movesOf } from './moves.ts';
import type { Node } from './node.ts';
import { UNUSED } from './node.ts';
import { BEGIN, modelled } from './payment.ts';

/** What a walk found. */
export interface Found {
  readonly bounds: Bounds;
  readonly states: number;
  readonly transitions: number;
  /** Length of the longest shortest path. */
  readonly depth: number;
  /** States in which the payment is closed, and shortest paths that lead there. */
  readonly closed: number;
  readonly paths: number;
  /** Processor seconds. */
  readonly seconds: number;
  /** The walk ended before its bound, at this many states. */
  readonly cut: boolean;
  readonly breach: null | { readonly message: string; readonly path: readonly string[] };
}

export interface WalkOptions {
  readonly capabilities?: Partial<Capabilities>;
  /** Ends the walk early at so many states. */
  readonly mostStates?: number;
  /** Told after every level. */
  readonly onLevel?: (level: {
    readonly depth: number;
    readonly states: number;
    readonly transitions: number;
    readonly frontier: number;
  }) => void;
}

interface Visit {
  readonly node: Node;
  readonly index: number;
}

/** Breadth first over everything that can happen to one payment within `bounds`. */
export function walk(bounds: Bounds, options: WalkOptions = {}): Found {
  const started = process.cpuUsage();
  const mostStates = options.mostStates ?? Number.MAX_SAFE_INTEGER;
  const indexes = new Map<number, number>();
  const parents: number[] = [-1];
  const positions: number[] = [-1];
  const routes: number[] = [1];
  const depths: number[] = [0];
  let transitions = 0;
  let closed = 0;
  let paths = 0;
  let depth = 0;
  const root = first(bounds, options.capabilities);
  indexes.set(digest(canonical(root)), 0);
  let frontier: Visit[] = [{ node: root, index: 0 }];
  let breach: Found['breach'] = null;
  const shut: number[] = [];

  while (frontier.length > 0 && breach === null && indexes.size < mostStates) {
    const next: Visit[] = [];
    for (const { node, index } of frontier) {
      const moves = movesOf(node, bounds);
      for (let position = 0; position < moves.length; position++) {
        const move = moves[position] as Move;
        transitions += 1;
        try {
          const { after, entries } = take(node, move);
          const key = digest(canonical(after));
          const known = indexes.get(key);
          if (known !== undefined) {
            if (depths[known] === depth + 1) routes[known] = (routes[known] ?? 0) + (routes[index] ?? 0);
            continue;
          }
          checkFold(node, after, entries);
          checkState(after);
          const at = parents.length;
          indexes.set(key, at);
          parents.push(index);
          positions.push(position);
          routes.push(routes[index] ?? 0);
          depths.push(depth + 1);
          if (after.state.machine.value === 'closed') shut.push(at);
          else next.push({ node: after, index: at });
        } catch (error) {
          const path = [...pathTo(index, parents, positions), position];
          breach = {
            message: error instanceof Error ? error.message : String(error),
            path: labels(bounds, path, options.capabilities),
          };
          break;
        }
      }
      if (breach !== null || indexes.size >= mostStates) break;
    }
    if (next.length > 0) depth += 1;
    frontier = next;
    options.onLevel?.({ depth, states: indexes.size, transitions, frontier: frontier.length });
  }
  for (const index of shut) {
    closed += 1;
    paths += routes[index] ?? 0;
  }
  const used = process.cpuUsage(started);
  const seconds = (used.user + used.system) / 1e6;
  return {
    bounds,
    states: indexes.size,
    transitions,
    depth,
    closed,
    paths,
    seconds,
    cut: indexes.size >= mostStates,
    breach,
  };
}

/** The beginning of a modelled life. */
export function first(bounds: Bounds, capabilities?: Partial<Capabilities>): Node {
  const begun = begin(modelled(bounds.amount, capabilities), BEGIN);
  const node: Node = { state: bare(begun.state), at: BEGIN, used: UNUSED, lastCall: '', answered: false };
  return { ...node, lastCall: lastCall(node, begun) };
}

/** The ledger is not part of a state of the walk; its new entries are checked where they are written. */
function bare(state: Node['state']): Node['state'] {
  return { ...state, ledger: [], seen: [] };
}

function lastCall(before: Node, { effects }: Step): string {
  let body = before.lastCall;
  for (const effect of effects) if (effect.type === 'call') body = bodyOf(effect.call);
  return body;
}

/** One transition with all its checks. */
export function take(
  node: Node,
  move: Move,
): { readonly after: Node; readonly entries: readonly LedgerEntry[] } {
  const result = step(node.state, move.input, move.at);
  const entries = result.state.ledger;
  const answered = node.answered || saysBooks(move);
  const after: Node = {
    state: bare(result.state),
    at: move.at,
    used: move.used,
    lastCall: lastCall(node, result),
    answered,
  };
  checkStep(node, result, after);
  return { after, entries };
}

function saysBooks({ input }: Move): boolean {
  if (input.type !== 'command' || input.command.type !== 'resolve') return false;
  const { word } = input.command;
  return 'attention' in word && word.attention === 'books-differ';
}

function pathTo(index: number, parents: readonly number[], positions: readonly number[]): number[] {
  const path: number[] = [];
  for (let at = index; at > 0; at = parents[at] ?? 0) path.unshift(positions[at] ?? 0);
  return path;
}

/** The moves of a path in words: positions are deterministic, so the path is walked again from the start. */
function labels(bounds: Bounds, path: readonly number[], capabilities?: Partial<Capabilities>): string[] {
  let node = first(bounds, capabilities);
  const said: string[] = [];
  for (const position of path) {
    const move = movesOf(node, bounds)[position];
    if (move === undefined) break;
    said.push(move.label);
    try {
      node = take(node, move).after;
    } catch {
      break;
    }
  }
  return said;
}
