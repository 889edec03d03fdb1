import { figureText, moneyText } from '../money-text.ts';
import { dayText } from './entry-words.ts';
import { html, Markup } from './markup.ts';
import type { Balances, Report, Step } from './report.ts';

const WIDTH = 960;
const HEIGHT = 330;
const PLOT = { left: 96, right: WIDTH - 12, top: 14, bottom: HEIGHT - 44 } as const;
const TICKS = 5;
/** A date label and the room beside it. */
const LABEL_WIDTH = 118;

/** From the bottom up: what the hold has become. Their sum is what was authorised. */
const LAYERS = ['captured', 'released', 'lapsed', 'held'] as const;
type Layer = (typeof LAYERS)[number];

const WORDS: Readonly<Record<Layer | 'net', string>> = {
  captured: 'captured',
  released: 'released',
  lapsed: 'lapsed',
  held: 'still held',
  net: 'net: captured − refunded − charged back',
};

/**
 * The balances as a picture: one step for each entry that moved one, in the order of the ledger and not to scale in time,
 * because the life of a payment is minutes of work and days of waiting.
 */
export function balanceChart({ steps, currency, balances }: Report): Markup {
  if (steps.length === 0) return html`<p class="none">No balance ever moved.</p>`;
  const most = Math.max(1, ...steps.map(heightOf));
  const scale = scaleOf(most);
  const x = (place: number): number => PLOT.left + ((PLOT.right - PLOT.left) * place) / steps.length;
  const y = (value: number): number =>
    PLOT.bottom - ((PLOT.bottom - PLOT.top) * Math.min(Math.max(value, 0), scale.top)) / scale.top;
  const areas = LAYERS.map((layer, depth) => {
    if (steps.every((step) => step[layer] <= 0)) return null;
    const edge = (deep: number): readonly number[] =>
      steps.map((step) => LAYERS.slice(0, deep).reduce((sum, one) => sum + Math.max(0, step[one]), 0));
    const [under, over] = [edge(depth), edge(depth + 1)];
    const forth = over.map((value, at) => `${point(x(at), y(value))} ${point(x(at + 1), y(value))}`);
    const back = under.map((value, at) => `${point(x(at + 1), y(value))} ${point(x(at), y(value))}`);
    return html`<polygon class="area ${layer}" points="${drawn([...forth, ...back.toReversed()])}"/>`;
  });
  const net = steps.map((step, at) => `${point(x(at), y(step.net))} ${point(x(at + 1), y(step.net))}`);
  const grid = scale.ticks.map(
    (value) =>
      html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${round(y(value))}" y2="${round(y(value))}"/><text class="tick" x="${PLOT.left - 10}" y="${round(y(value) + 4)}" text-anchor="end">${figureText(value, currency)}</text>`,
  );
  return html`<figure class="chart">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="chart-title chart-text" xmlns="http://www.w3.org/2000/svg">
<title id="chart-title">Balances after each of ${steps.length} movements, in ${currency}</title>
<desc id="chart-text">${describe(balances, currency)}</desc>
${grid}
${areas}
<polyline class="halo" points="${drawn(net)}"/>
<polyline class="net" points="${drawn(net)}"/>
<line class="axis" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>
${timeLabels(steps, x)}
</svg>
<figcaption>
<ul class="legend">${LAYERS.map((layer) => legend(layer, steps))}<li><svg class="key" viewBox="0 0 22 12" aria-hidden="true"><line class="net" x1="0" x2="22" y1="6" y2="6"/></svg>${WORDS.net}</li></ul>
<p>Each step is one entry of the ledger that moved a balance, in order; widths are not to scale in time. The whole height is what was authorised. Times are UTC.</p>
</figcaption>
</figure>`;
}

const heightOf = (step: Step): number => LAYERS.reduce((sum, layer) => sum + Math.max(0, step[layer]), 0);

const legend = (layer: Layer, steps: readonly Step[]): Markup | null =>
  steps.every((step) => step[layer] <= 0)
    ? null
    : html`<li><svg class="key" viewBox="0 0 22 12" aria-hidden="true"><rect class="area ${layer}" width="22" height="12"/></svg>${WORDS[layer]}</li>`;

const describe = (now: Balances, currency: string): string =>
  `At the end: authorised ${moneyText(now.authorized, currency)}, captured ${moneyText(now.captured, currency)}, released ${moneyText(now.released, currency)}, lapsed ${moneyText(now.lapsed, currency)}, held ${moneyText(now.held, currency)}, refunded ${moneyText(now.refunded, currency)}, charged back ${moneyText(now.chargedBack, currency)}.`;

/** Coordinates are for the eye, to a tenth of a unit; money is never computed from them. */
const round = (value: number): number => Math.round(value * 10) / 10;
const point = (x: number, y: number): string => `${round(x)},${round(y)}`;
/** Nothing but our own numbers, as many as there are. */
const drawn = (points: readonly string[]): Markup => new Markup(points.join(' '));

/** Round values from 0 to above the highest. */
function scaleOf(most: number): { readonly top: number; readonly ticks: readonly number[] } {
  const least = most / TICKS;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  const step = Math.max(1, ([1, 2, 2.5, 5, 10].find((each) => each * power >= least) ?? 10) * power);
  const whole = Math.ceil(step);
  const count = Math.max(1, Math.ceil(most / whole));
  return { top: count * whole, ticks: Array.from({ length: count + 1 }, (_, at) => at * whole) };
}

/** As many times as there is room for; a day is named where it is another one than before. */
function timeLabels(steps: readonly Step[], x: (place: number) => number): readonly Markup[] {
  const room = Math.max(1, Math.floor((PLOT.right - PLOT.left) / LABEL_WIDTH));
  const every = Math.max(1, Math.ceil(steps.length / room));
  let day = '';
  return steps.flatMap(({ at }, place) => {
    if (place % every !== 0) return [];
    const newDay = at.slice(0, 10) !== day;
    day = at.slice(0, 10);
    const left = round(x(place));
    return [
      html`<line class="axis" x1="${left}" x2="${left}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}"/><text class="tick" x="${left}" y="${PLOT.bottom + 19}">${at.slice(11, 19)}</text>${newDay ? html`<text class="tick day" x="${left}" y="${PLOT.bottom + 35}">${dayText(at)}</text>` : null}`,
    ];
  });
}
