import { moneyText } from '../money-text.ts';
import { instantText } from './entry-words.ts';
import { html, type Markup } from './markup.ts';
import type { Report } from './report.ts';
import type { Kind, OperationStory } from './stories.ts';

export const PLURALS: Readonly<Record<Kind, string>> = {
  capture: 'Captures',
  release: 'Releases',
  refund: 'Refunds',
};

/** Words of states for people who read reports. */
const STATES: Readonly<Record<string, string>> = { not_performed: 'not performed' };
export const stateText = (state: string): string => STATES[state] ?? state;

/** Small facts of an operation, each `name: value`; what is plain from the columns is left out. */
export function notesOf(story: OperationStory): readonly string[] {
  const { final, attempts, sentWith, id, anchor, kind, why } = story;
  return [
    ...(why === null ? [] : [why]),
    ...(final ? ['last capture'] : []),
    ...(attempts > 1 ? [`sent ${attempts} times with the same key`] : []),
    ...(sentWith === null || sentWith === id ? [] : [`went out with ${sentWith}`]),
    ...(anchor === null ? [] : [kind === 'refund' ? `of capture ${anchor}` : `follows capture ${anchor}`]),
  ];
}

/** One table of captures, releases or refunds, with the references of both sides. */
export function operationTable(stories: readonly OperationStory[], { currency }: Report): Markup {
  const money = (value: number | null): string => (value === null ? '' : moneyText(value, currency));
  const numbered = stories.some(({ sequenceNumber }) => sequenceNumber !== null);
  return html`<div class="scroll"><table><thead><tr><th scope="col">Operation</th><th scope="col">Outcome</th><th scope="col" class="num">Asked</th><th scope="col" class="num">Booked</th>${numbered ? html`<th scope="col" class="num">No.</th>` : null}<th scope="col">References</th><th scope="col">Asked, ended</th></tr></thead><tbody>${stories.map(
    (story) =>
      html`<tr><th scope="row">${story.id}<br/><small>${story.by}</small></th><td><span class="pill ${story.state}">${stateText(story.state)}</span>${notesOf(story).map((note) => html`<br/><small>${note}</small>`)}</td><td class="num">${money(story.asked)}</td><td class="num">${money(story.booked)}</td>${numbered ? html`<td class="num">${story.sequenceNumber ?? ''}</td>` : null}<td>${referencesOf(story)}</td><td class="when">${instantText(story.acceptedAt)}${story.endedAt === null ? null : html`<br/>${instantText(story.endedAt)}`}</td></tr>`,
  )}</tbody></table></div>`;
}

function referencesOf({ providerReference, keys }: OperationStory): Markup {
  if (providerReference === null && keys.length === 0) return html`<small>none; nothing was sent</small>`;
  return html`${providerReference === null ? null : html`<small>provider</small> <code>${providerReference}</code>`}${providerReference !== null && keys.length > 0 ? html`<br/>` : null}${keys.length === 0 ? null : html`<small>ours</small> <code>${keys.join(' ')}</code>`}`;
}
