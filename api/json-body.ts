import { pathOf } from './parse.ts';
import { invalid } from './problem.ts';

/** Bodies of the contract are four deep; an adapter's options are not much deeper. */
const DEEPEST = 32;

/** In a text that is JSON: strings whole, and the signs that structure it. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]/gs;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws ProblemError `validation` for bytes that are no UTF-8: replaced, they would be another text than was sent. */
export function textOf(body: Buffer): string {
  try {
    return UTF8.decode(body);
  } catch {
    throw invalid('', 'the body is not UTF-8');
  }
}

interface Level {
  /** Names so far; null in an array. */
  readonly names: Set<string> | null;
  at: string | number;
}

/**
 * Refuses what JSON allows and readers understand differently: a name twice in one object (which of two amounts is
 * meant?), half of a surrogate pair, and nesting without bound.
 *
 * @param text - which is JSON.
 * @throws ProblemError `validation` with the path.
 */
export function refuseAmbiguous(text: string): void {
  const levels: Level[] = [];
  let string: string | null = null;
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    switch (token) {
      case '{':
      case '[':
        levels.push({ names: token === '{' ? new Set() : null, at: token === '{' ? '' : 0 });
        if (levels.length > DEEPEST) throw invalid('', `is nested deeper than ${DEEPEST}`);
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (level !== undefined && typeof level.at === 'number') level.at += 1;
        break;
      case ':':
        enter(level, string ?? '', levels);
        break;
      default:
        string = JSON.parse(token) as string;
        if (!string.isWellFormed()) throw invalid(placeOf(levels), 'holds half of a surrogate pair');
    }
  }
}

function enter(level: Level | undefined, name: string, levels: readonly Level[]): void {
  if (level?.names === null || level === undefined) return;
  level.at = name;
  if (level.names.has(name)) throw invalid(placeOf(levels), 'stands twice in one object');
  level.names.add(name);
}

const placeOf = (levels: readonly Level[]): string =>
  pathOf(levels.map(({ at }) => (typeof at === 'string' ? at.slice(0, 64) : at)));
