import { begin, step } from '../../machines/core.ts';
import type { Input, Step } from '../../machines/core-input.ts';
import type { CoreState, PaymentFacts } from '../../machines/core-state.ts';
import { explain } from '../../machines/rules.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import type { Bounds } from './bounds.ts';
import { leftOf, spentOf, troublesOf } from './bounds.ts';
import { textsOf } from './canonical.ts';
import { bodyOf, checkAnswer, checkFold, checkRules, checkStep, checkSums } from './checks.ts';
import type { Move } from './move.ts';
import { movesOf } from './moves.ts';
import type { Node } from './node.ts';
import { UNUSED } from './node.ts';
import { BEGIN, modelled } from './payment.ts';
import { takeFact } from './swift-fold.ts';
import { Visited } from './visited.ts';

/** What a walk found. */
export interface Found {
  readonly bounds: Bounds;
  readonly states: number;
  readonly transitions: number;
  /** Length of the longest path of the walk. */
  readonly depth: number;
  /** States in which the payment is closed; nothing tells two of them apart. */
  readonly closed: number;
  /** Paths that together take every transition: one for each that leads to where a life was before, or closes. */
  readonly paths: number;
  /** Processor seconds. */
  readonly seconds: number;
  /** The walk ended before its bound, at this many states. */
  readonly cut: boolean;
  readonly breach: null | { readonly message: string; readonly path: readonly string[] };
}

/** What is walked; another one is a planted bug. */
export interface Core {
  readonly begin: (facts: PaymentFacts, at: number) => Step;
  readonly step: (state: CoreState, input: Input, at: number) => Step;
  readonly explain: typeof explain;
}

const CORE: Core = { begin, step, explain };

export interface WalkOptions {
  readonly capabilities?: Partial<Capabilities>;
  readonly core?: Core;
  /** Ends the walk early at so many states. */
  readonly mostStates?: number;
  /** Told of every node that a transition led to, walked on or not. */
  readonly onMet?: (node: Node) => void;
  /** Told after every few thousand states. */
  readonly onProgress?: (progress: {
    readonly spent: number;
    readonly states: number;
    readonly transitions: number;
    readonly open: number;
  }) => void;
}

interface Visit {
  readonly node: Node;
  readonly index: number;
}

const TOLD_EVERY = 4096;

/**
 * Everything that can happen to one payment within `bounds`. What makes it end, and why nothing is lost by it:
 *
 * - A life is not walked on from a state where one was that had at least as much left of its bounds: that one could do
 *   all that this one can. Lives that used less go first, so that a life which came back to order after a trouble joins
 *   those that had none.
 * - What cannot matter to the future is no part of a state: `canonical.ts` says what and why.
 * - Questions that no rule reads are put away last (`attentions.ts`); no short timer fires past the plan's next instant
 *   (`moves.ts`). Settling notices cost no trouble, since an outcome that is open waits for them.
 * - Every transition is checked for what it wrote, sent and left (M1–M7, M10, liveness), also one that leads to where a
 *   life was before; the rules and the fold (M9) are asked once for each new state, and XState's machine once for each
 *   run of entry types between two statuses (`swift-fold.ts`).
 */
export function walk(bounds: Bounds, options: WalkOptions = {}): Found {
  const started = process.cpuUsage();
  const core = options.core ?? CORE;
  const mostStates = options.mostStates ?? Number.MAX_SAFE_INTEGER;
  const exact = new Visited();
  const summed = new Visited();
  const parents: number[] = [];
  const positions: number[] = [];
  const depths: number[] = [];
  /** 0: to be walked from, 1: has notices left, so that another with its sums is not its like; 2: given up. */
  const marks: number[] = [];
  const turns: Visit[][] = [];
  const folded = new Set<string>();
  let transitions = 0;
  let closed = 0;
  let open = 0;
  let breach: Found['breach'] = null;

  const giveUp = (index: number): void => {
    marks[index] = 2;
  };
  const giveUpSummed = (index: number): void => {
    if (marks[index] === 0) marks[index] = 2;
  };
  /** Whether the life is to be walked on. */
  const enter = (node: Node, parent: number, position: number): boolean => {
    const index = parents.length;
    const left = leftOf(bounds, node.used, !node.answered);
    const texts = textsOf(node);
    const noticed = node.used.notices < bounds.notices && troublesOf(node.used) < bounds.troubles;
    if (noticed) {
      if (!exact.enter(texts.exact, left, index, giveUp)) return false;
      summed.enter(texts.summed, left, index, giveUpSummed);
    } else if (!summed.enter(texts.summed, left, index, giveUpSummed)) return false;
    parents.push(parent);
    positions.push(position);
    depths.push(parent < 0 ? 0 : (depths[parent] as number) + 1);
    marks.push(noticed ? 1 : 0);
    if (node.state.machine.value === 'closed') closed += 1;
    else {
      (turns[spentOf(node.used)] ??= []).push({ node, index });
      open += 1;
    }
    return true;
  };

  enter(first(bounds, options.capabilities, core), -1, 0);
  for (let spent = 0; spent < turns.length && breach === null; spent++) {
    const turn = turns[spent] ?? [];
    // A life may add lives to the turn that it is walked in.
    for (let visit = turn.pop(); visit !== undefined; visit = turn.pop()) {
      open -= 1;
      const { node, index } = visit;
      if (marks[index] === 2) continue;
      if (parents.length >= mostStates) break;
      const moves = movesOf(node, bounds, core.explain);
      for (let position = 0; position < moves.length; position++) {
        transitions += 1;
        try {
          const { after, entries } = take(node, moves[position] as Move, core);
          checkSums(after);
          options.onMet?.(after);
          if (!enter(after, index, position)) continue;
          checkFold(node, after, entries, takeFact);
          const turn = `${node.state.machine.value} ${entries.map(({ type }) => type).join(' ')} ${after.state.machine.value}`;
          if (!folded.has(turn)) {
            folded.add(turn);
            checkFold(node, after, entries);
          }
          if (after.state.machine.value !== 'closed') checkRules(after.state.machine.context);
        } catch (error) {
          const path = [...pathTo(index, parents, positions), position];
          const message = error instanceof Error ? error.message : String(error);
          breach = { message, path: labels(bounds, path, options.capabilities, core) };
          break;
        }
      }
      if (breach !== null) break;
      if (parents.length % TOLD_EVERY < moves.length)
        options.onProgress?.({ spent, states: parents.length, transitions, open });
    }
    turns[spent] = [];
  }
  const used = process.cpuUsage(started);
  return {
    bounds,
    states: parents.length,
    transitions,
    depth: depths.reduce((most, depth) => Math.max(most, depth), 0),
    closed,
    paths: transitions - (parents.length - 1) + closed,
    seconds: (used.user + used.system) / 1e6,
    cut: parents.length >= mostStates,
    breach,
  };
}

/** The beginning of a modelled life. */
export function first(bounds: Bounds, capabilities?: Partial<Capabilities>, core: Core = CORE): Node {
  const begun = core.begin(modelled(bounds.amount, capabilities), BEGIN);
  const node: Node = { state: bare(begun.state), at: BEGIN, used: UNUSED, lastCall: '', answered: false };
  return { ...node, lastCall: lastCall(node, begun) };
}

/**
 * What no later step of the walk asks for: the ledger, whose new entries are checked where they are written; the
 * identities of notices and the ids of commands, which never come again here.
 */
function bare(state: Node['state']): Node['state'] {
  return { ...state, ledger: [], seen: [], bound: {}, owed: [] };
}

function lastCall(before: Node, { effects }: Step): string {
  let body = before.lastCall;
  for (const effect of effects) if (effect.type === 'call') body = bodyOf(effect.call);
  return body;
}

/** One transition with the checks of what it wrote and sent. */
export function take(
  node: Node,
  move: Move,
  core: Core = CORE,
): { readonly after: Node; readonly entries: readonly LedgerEntry[] } {
  const result = core.step(node.state, move.input, move.at);
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
  checkAnswer(node, move.input, after);
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
function labels(
  bounds: Bounds,
  path: readonly number[],
  capabilities: Partial<Capabilities> | undefined,
  core: Core,
): string[] {
  let node = first(bounds, capabilities, core);
  const said: string[] = [];
  for (const position of path) {
    const move = movesOf(node, bounds, core.explain)[position];
    if (move === undefined) break;
    said.push(move.label);
    try {
      node = take(node, move, core).after;
    } catch {
      break;
    }
  }
  return said;
}
