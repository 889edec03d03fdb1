import { moneyText } from '../money-text.ts';
import { instantText } from './entry-words.ts';
import { GLOSSARY } from './glossary.ts';
import { notesOf, PLURALS, stateText } from './operation-table.ts';
import { plain } from './plain.ts';
import { differenceText, passText } from './proof-section.ts';
import type { Report } from './report.ts';
import { OPERATION_KINDS, type OperationStory } from './stories.ts';

/**
 * Somebody else's text inside Markdown: every sign that Markdown or the HTML in it could read is escaped, so that a
 * table keeps its columns and no link or picture appears.
 */
export const inline = (text: string): string =>
  plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#!|~]/g, (sign) => `\\${sign}`)
    .replaceAll(/(https?|ftp|mailto|www)([:.])/gi, '$1\u2060$2')
    .replaceAll('@', '@\u2060');

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const align = head.map((name) => (NUMERIC.has(name) ? '---:' : '---'));
  return [row(head), row(align), ...rows.map(row)].join('\n');
}

const NUMERIC = new Set([
  'Asked',
  'Booked',
  'No.',
  'Entry',
  'Amount',
  'Held',
  'Captured',
  'Released',
  'Lapsed',
  'Net',
]);

/** The report as Markdown, with the same content but the picture; the same report gives the same text. */
export function reportMarkdown(report: Report, madeAt?: string): string {
  const { balances, currency, proof } = report;
  const money = (value: number | null): string => (value === null ? '' : inline(moneyText(value, currency)));
  const failed = proof.checks.filter(({ pass }) => pass !== true);
  const parts: string[] = [
    `# Audit report: payment ${inline(report.id)}`,
    `${inline(report.provider)}, account ${inline(report.account)}${report.order === null ? '' : `, order ${inline(report.order)}`}. Status **${inline(report.status.replaceAll('_', ' '))}**.`,
    proof.holds
      ? `**The record holds.** All ${proof.checks.length} checks passed: ${proof.entries} entries, ${proof.events} events.`
      : `**The record does not hold.** ${failed.length} of ${proof.checks.length} checks did not pass (${failed.map(({ name }) => name).join(', ')}).`,
    table(
      ['Sum', 'Amount'],
      (
        [
          ['authorised', balances.authorized],
          ['captured', balances.captured],
          ['released', balances.released],
          ['lapsed', balances.lapsed],
          ['still held', balances.held],
          ['refunded', balances.refunded],
          ['charged back', balances.chargedBack],
          ['net', balances.net],
        ] as const
      ).map(([word, value]) => [word, money(value)]),
    ),
    [
      `- Asked for: ${money(report.requested)}${report.adopted ? ', taking over a hold that existed' : ''}, by ${inline(report.by)}, ${instantText(report.createdAt)}`,
      `- Our reference: ${inline(report.reference)}`,
      ...(report.holdReference === null ? [] : [`- Provider’s reference: ${inline(report.holdReference)}`]),
      ...(report.expiresAt === null ? [] : [`- Hold expires: ${inline(instantText(report.expiresAt))}`]),
      ...report.metadata.map(([name, value]) => `- ${inline(name)}: ${inline(value)}`),
    ].join('\n'),
    '## What was asked, and by whom',
    table(
      ['When', 'Who', 'What', 'Evidence', 'Entry'],
      report.asked.map(({ at, who, what, evidence, entry }) => [
        instantText(at),
        inline(who),
        inline(what),
        inline(evidence ?? ''),
        String(entry),
      ]),
    ),
    ...OPERATION_KINDS.flatMap((kind) => {
      const those = report.operations.filter((story) => story.kind === kind);
      return [
        `## ${PLURALS[kind]} (${those.length})`,
        those.length === 0 ? 'None.' : operations(those, money),
      ];
    }),
    '## Unknown outcomes, and how each was resolved',
    report.unknowns.length === 0
      ? 'None: every request was answered.'
      : report.unknowns
          .map(({ operation, since, entry, reason, resolution }) =>
            [
              `- **${inline(operation)}** was unknown from ${instantText(since)} (entry ${entry}): ${inline(reason)}.`,
              resolution === null
                ? '  **Still unknown.**'
                : `  Resolved ${instantText(resolution.at)} (entry ${resolution.entry}): ${inline(resolution.what)}. By ${inline(resolution.evidence)}`,
            ].join('\n'),
          )
          .join('\n'),
    '## Attention',
    report.attentions.length === 0
      ? 'Nobody had to look at this payment.'
      : table(
          ['Since', 'Code', 'Message', 'Cleared'],
          report.attentions.map(({ since, code, message, cleared }) => [
            instantText(since),
            inline(code),
            inline(message),
            cleared === null ? 'open' : `${instantText(cleared.at)}, ${inline(cleared.how)}`,
          ]),
        ),
    '## Timeline',
    table(
      ['When', 'What', 'Who', 'Because', 'Entry'],
      report.timeline.map(({ at, what, who, why, entry }) => [
        instantText(at),
        inline(what),
        inline(who),
        inline(why),
        String(entry),
      ]),
    ),
    '## Balances after each movement',
    table(
      ['Entry', 'Movement', 'Held', 'Captured', 'Released', 'Lapsed', 'Net'],
      report.steps.map((step) => [
        String(step.entry),
        inline(step.what),
        ...[step.held, step.captured, step.released, step.lapsed, step.net].map(money),
      ]),
    ),
    '## Proof',
    table(
      ['Check', 'Result', 'What was looked at, or what is wrong'],
      proof.checks.map((check) => [
        check.name,
        passText(check),
        inline([check.text, differenceText(check)].filter((text) => text !== null).join('; ')),
      ]),
    ),
    [
      `- Head of the chain: ${inline(proof.head)}`,
      `- Signature: ${proof.signedBy === null ? 'none' : `${inline(proof.signedBy)}${proof.vouched ? ', the expected key' : ', which nobody vouched for'}`}`,
      `- Code: engine ${inline(proof.versions.engine)}, machine ${proof.versions.machine}, Temporal SDK ${inline(proof.versions.sdk)}`,
    ].join('\n'),
    '## Words',
    GLOSSARY.map(([word, meaning]) => `- **${word}**: ${meaning}`).join('\n'),
    ...(madeAt === undefined ? [] : [`Made on ${instantText(madeAt)}.`]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function operations(stories: readonly OperationStory[], money: (value: number | null) => string): string {
  return table(
    [
      'Operation',
      'Outcome',
      'Asked',
      'Booked',
      'No.',
      'Provider’s reference',
      'Our reference',
      'Notes',
      'Ended',
    ],
    stories.map((story) => [
      inline(story.id),
      stateText(story.state),
      money(story.asked),
      money(story.booked),
      story.sequenceNumber === null ? '' : String(story.sequenceNumber),
      inline(story.providerReference ?? ''),
      inline(story.keys.join(' ')),
      inline(notesOf(story).join('; ')),
      story.endedAt === null ? '' : instantText(story.endedAt),
    ]),
  );
}
