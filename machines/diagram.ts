import { operationMachine } from './operation-machine.ts';
import { paymentMachine } from './payment-machine.ts';
import type { Card, Link } from './layout.ts';
import { CARD_WIDTH, LINE, PAD, TITLE, layOut } from './layout.ts';
import { operationRows, rows } from './table.ts';

export const MACHINES = ['payment', 'operation'] as const;
export type MachineName = (typeof MACHINES)[number];

/** States in the order of the definition, and for each pair of states the events that lead from one to the other. */
interface Graph {
  readonly initial: string;
  readonly states: readonly string[];
  readonly final: ReadonlySet<string>;
  readonly links: readonly Link[];
}

function graphOf(machine: MachineName): Graph {
  const definition = machine === 'payment' ? paymentMachine : operationMachine;
  const states = Object.entries(definition.config.states ?? {});
  const moves =
    machine === 'operation'
      ? operationRows()
      : rows().flatMap(({ from, event, to }) =>
          to.filter((each) => each !== from).map((each) => ({ from, event, to: each })),
        );
  const events = new Map<string, { from: string; to: string; events: string[] }>();
  for (const { from, event, to } of moves) {
    const link = events.get(`${from} ${to}`) ?? { from, to, events: [] };
    link.events.push(event);
    events.set(`${from} ${to}`, link);
  }
  return {
    initial: machine === 'payment' ? 'authorizing' : 'planned',
    states: states.map(([name]) => name).filter((name) => name !== 'deciding'),
    final: new Set(states.filter(([, state]) => state.type === 'final').map(([name]) => name)),
    links: [...events.values()],
  };
}

/** A machine as a Mermaid state diagram. Entries that leave the status as it is are in the table only. */
export function mermaid(machine: MachineName = 'payment'): string {
  const graph = graphOf(machine);
  return [
    'stateDiagram-v2',
    '  direction LR',
    `  [*] --> ${graph.initial}`,
    ...graph.links.map(({ from, to, events }) => `  ${from} --> ${to} : ${events.join('<br/>')}`),
    ...graph.states.filter((state) => graph.final.has(state)).map((state) => `  ${state} --> [*]`),
    '',
  ].join('\n');
}

const STYLE = `
  .ground { fill: #ffffff } .card { fill: #f6f8fa; stroke: #8c959f } .head { fill: #dbe7f5 } .end { fill: #dcefe0 }
  text { font: 12px ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 14px } .to { font-weight: 600 } .event { fill: #57606a }
  .link { fill: none; stroke: #6e7f95; stroke-width: 1.3 } .tip { fill: #6e7f95 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .card { fill: #161b22; stroke: #6e7681 } .head { fill: #1f3350 } .end { fill: #1d3a26 }
    text { fill: #e6edf3 } .event { fill: #9ea7b3 } .link { stroke: #7d8fa8 } .tip { fill: #7d8fa8 }
  }
`;

/**
 * A machine as a picture that is readable in light and dark: one card a state, with what leads out of it
 * and whereto. Arrows are drawn to the right; a way within a column (↕) or back (↩) is a line of its card.
 */
export function svg(machine: MachineName = 'payment'): string {
  const graph = graphOf(machine);
  const { cards, width, height } = layOut(graph.initial, graph.states, graph.links);
  const byName = new Map(cards.map((card) => [card.name, card]));
  const arrows = cards.flatMap((card) =>
    card.exits.flatMap((exit) => {
      const target = byName.get(exit.to);
      return target === undefined || target.layer <= card.layer ? [] : [arrow(card, exit.y, target)];
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${machine} machine">`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    `<rect class="ground" width="${width}" height="${height}"/>`,
    ...arrows,
    ...cards.map((card) => cardText(card, graph.final.has(card.name))),
    '</svg>',
    '',
  ].join('\n');
}

function arrow(from: Card, y: number, to: Card): string {
  const x1 = from.x + CARD_WIDTH;
  const [x2, y2] = [to.x, to.y + TITLE / 2];
  const bend = Math.max(40, (x2 - x1) / 2);
  return `<path class="link" marker-end="url(#tip)" d="M${x1} ${from.y + y} C${x1 + bend} ${from.y + y} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
}

function cardText(card: Card, final: boolean): string {
  const lines = card.exits.flatMap((exit) => [
    `<text class="to" x="${card.x + PAD}" y="${card.y + exit.y + 4}">${exit.way} ${exit.to}</text>`,
    ...exit.lines.map(
      (text, at) =>
        `<text class="event" x="${card.x + PAD + 16}" y="${card.y + exit.y + 4 + (at + 1) * LINE}">${text}</text>`,
    ),
  ]);
  return [
    `<rect class="card" x="${card.x}" y="${card.y}" width="${CARD_WIDTH}" height="${card.height}" rx="6"/>`,
    `<rect class="${final ? 'end' : 'head'}" x="${card.x + 1}" y="${card.y + 1}" width="${CARD_WIDTH - 2}" height="${TITLE - 2}" rx="5"/>`,
    `<text class="title" x="${card.x + PAD}" y="${card.y + 19}">${card.name}</text>`,
    ...lines,
  ].join('\n');
}
