/** Events that lead from one state to another. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly events: readonly string[];
}

/** Where one state stands in the picture, and what its card says; pixels. */
export interface Card {
  readonly name: string;
  readonly layer: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly exits: readonly {
    readonly to: string;
    readonly way: '→' | '↕' | '↩';
    readonly y: number;
    readonly lines: readonly string[];
  }[];
}

export const CARD_WIDTH = 250;
export const LINE = 15;
export const PAD = 10;
export const TITLE = 28;
const GAP_X = 90;
const GAP_Y = 22;
const MARGIN = 20;
/** Characters that fit in a card's line. */
const FIT = 36;

/**
 * Layers from left to right: a state stands as many layers right as it is links away from the initial
 * one, and an end stands last. In a layer the states keep the order of the definition. The same machine gives the same picture.
 */
export function layOut(
  initial: string,
  states: readonly string[],
  links: readonly Link[],
): { readonly cards: readonly Card[]; readonly width: number; readonly height: number } {
  const layers = layersOf(initial, states, links);
  const bottoms = new Map<number, number>();
  const cards = states.map((name): Card => {
    const layer = layers.get(name) ?? 0;
    const y = bottoms.get(layer) ?? MARGIN;
    let down = TITLE + 16;
    const exits = links
      .filter((link) => link.from === name)
      .map((link) => {
        const exit = {
          to: link.to,
          way: wayTo(layer, layers.get(link.to) ?? 0),
          y: down,
          lines: wrap(link.events),
        };
        down += (exit.lines.length + 1) * LINE + 5;
        return exit;
      });
    const height = exits.length === 0 ? TITLE : down - 8;
    bottoms.set(layer, y + height + GAP_Y);
    return { name, layer, x: MARGIN + layer * (CARD_WIDTH + GAP_X), y, height, exits };
  });
  const width = 2 * MARGIN + (Math.max(...layers.values()) + 1) * (CARD_WIDTH + GAP_X) - GAP_X;
  return { cards, width, height: Math.max(...bottoms.values()) - GAP_Y + MARGIN };
}

/** Fewest links from the initial state; states that nothing leads out of stand last. */
function layersOf(
  initial: string,
  states: readonly string[],
  links: readonly Link[],
): ReadonlyMap<string, number> {
  const layers = new Map([[initial, 0]]);
  for (const name of layers.keys()) {
    for (const { from, to } of links)
      if (from === name && !layers.has(to)) layers.set(to, (layers.get(name) ?? 0) + 1);
  }
  const last = Math.max(...layers.values());
  const ends = states.filter((name) => !links.some((link) => link.from === name));
  for (const name of ends)
    layers.set(
      name,
      states.some((each) => !ends.includes(each) && layers.get(each) === last) ? last + 1 : last,
    );
  return layers;
}

function wayTo(from: number, to: number): '→' | '↕' | '↩' {
  if (to > from) return '→';
  return to === from ? '↕' : '↩';
}

function wrap(events: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + event.length + 2 <= FIT)
      lines[lines.length - 1] = `${last}, ${event}`;
    else lines.push(event);
  }
  return lines;
}
