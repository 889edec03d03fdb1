import { moneyText } from '../money-text.ts';
import { balanceChart } from './chart.ts';
import { instantText } from './entry-words.ts';
import { GLOSSARY } from './glossary.ts';
import { html, Markup } from './markup.ts';
import { operationTable, PLURALS } from './operation-table.ts';
import { proofSection } from './proof-section.ts';
import type { Line, Report } from './report.ts';
import { OPERATION_KINDS } from './stories.ts';
import { STYLE } from './style.ts';

/**
 * The report as one HTML file: nothing is fetched, nothing runs, and the same report gives the same bytes.
 *
 * @param madeAt - RFC 3339; said at the foot where it is given. Left out, the page says nothing of when it was made.
 */
export function reportPage(report: Report, madeAt?: string): string {
  const { id, currency } = report;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"/>
<meta name="referrer" content="no-referrer"/>
<meta name="robots" content="noindex"/>
<title>Audit report: payment ${id}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${head(report)}
<section aria-labelledby="picture"><h2 id="picture">Balances</h2>${balanceChart(report)}</section>
${askedSection(report)}
${operationSections(report)}
${unknownSection(report)}
${attentionSection(report)}
${lineSection('Timeline', 'timeline', 'What moved the payment. Steps on the way to the provider, and each of many of a kind, are in the list of all entries below.', report.timeline)}
${proofSection(report)}
${stepSection(report)}
${entrySection(report)}
<section aria-labelledby="words"><h2 id="words">Words</h2><dl class="facts">${GLOSSARY.map(([word, meaning]) => html`<dt>${word}</dt><dd>${meaning}</dd>`)}</dl></section>
<footer>Payment ${id}, ${currency}. Made by Tranche ${report.proof.versions.engine} from the bundle whose last hash is <code>${report.proof.head}</code>; the same bundle gives the same page.${madeAt === undefined ? null : html` Made on ${instantText(madeAt)}.`}</footer>
</main>
</body>
</html>
`;
  return page.text;
}

function head(report: Report): Markup {
  const { balances, currency, proof } = report;
  const sum = (word: string, value: number, name = ''): Markup =>
    html`<div class="${name}"><dt>${word}</dt><dd>${moneyText(value, currency)}</dd></div>`;
  const failed = proof.checks.filter(({ pass }) => pass !== true);
  const banner = proof.holds
    ? html`<p class="banner good"><strong>The record holds.</strong> <span>All ${proof.checks.length} checks passed: ${proof.entries} entries and ${proof.events} events agree with one another and with the rules${proof.signedBy === null ? '. It is not signed, so whoever can write the file can have written it' : proof.vouched ? ', under the expected signature' : ', under the signature of a key that nobody vouched for'}.</span></p>`
    : html`<p class="banner bad"><strong>The record does not hold.</strong> <span>${failed.length} of ${proof.checks.length} checks did not pass (${failed.map(({ name }) => name).join(', ')}). Do not rely on what follows before this is explained.</span></p>`;
  return html`<header>
<p class="kind">Audit report</p>
<h1>Payment ${report.id}</h1>
<p class="sub">${report.provider}, account ${report.account}${report.order === null ? null : html`, order ${report.order}`}. Status <strong>${report.status.replaceAll('_', ' ')}</strong>${report.closedAt === null ? null : html`, closed ${instantText(report.closedAt)}`}.</p>
${banner}
<dl class="sums">
${sum('authorised', balances.authorized)}${sum('captured', balances.captured, 'main')}${sum('released', balances.released)}${sum('lapsed', balances.lapsed)}
${sum('still held', balances.held)}${sum('refunded', balances.refunded)}${sum('charged back', balances.chargedBack)}${sum('net', balances.net, 'main')}
</dl>
<dl class="facts">
<dt>Asked for</dt><dd>${moneyText(report.requested, currency)}, ${report.adopted ? 'taking over a hold that existed' : `by ${report.method ?? 'authorisation'}`}</dd>
<dt>By</dt><dd>${report.by}, ${instantText(report.createdAt)}</dd>
<dt>Our reference</dt><dd><code>${report.reference}</code></dd>
${report.holdReference === null ? null : html`<dt>Provider’s reference</dt><dd><code>${report.holdReference}</code></dd>`}
${report.expiresAt === null ? null : html`<dt>Hold expires</dt><dd>${instantText(report.expiresAt)}</dd>`}
${report.metadata.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
</dl>
</header>`;
}

const section = (id: string, title: string, body: Markup): Markup =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;

const none = (text: string): Markup => html`<p class="none">${text}</p>`;

const askedSection = ({ asked }: Report): Markup =>
  section(
    'asked',
    'What was asked, and by whom',
    html`<div class="scroll"><table><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col" class="num">Entry</th></tr></thead><tbody>${asked.map(
      ({ at, who, what, entry, evidence }) =>
        html`<tr><td class="when">${instantText(at)}</td><td>${who}</td><td>${what}${evidence === null ? null : html`<br/><small>Evidence: ${evidence}</small>`}</td><td class="num">${entry}</td></tr>`,
    )}</tbody></table></div>`,
  );

function operationSections(report: Report): readonly Markup[] {
  const { operations, chargebacks } = report;
  const tables = OPERATION_KINDS.map((kind) => {
    const those = operations.filter((story) => story.kind === kind);
    const title = `${PLURALS[kind]} (${those.length})`;
    return section(`${kind}s`, title, those.length === 0 ? none('None.') : operationTable(those, report));
  });
  if (chargebacks.length === 0) return tables;
  return [...tables, lineSection('Chargebacks', 'chargebacks', '', chargebacks)];
}

const unknownSection = ({ unknowns }: Report): Markup =>
  section(
    'unknowns',
    'Unknown outcomes, and how each was resolved',
    unknowns.length === 0
      ? none('None: every request was answered.')
      : html`${unknowns.map(
          ({ operation, since, entry, reason, tried, resolution }) =>
            html`<div class="story"><p><strong>${operation}</strong> was unknown from ${instantText(since)} (entry ${entry}): ${reason === '' ? 'no answer came back' : reason}.</p>${tried.map((step) => html`<p><small>${step}</small></p>`)}<p>${
              resolution === null
                ? html`<span class="pill open">still unknown</span>`
                : html`<span class="pill pass">resolved</span> ${instantText(resolution.at)} (entry ${resolution.entry}): ${resolution.what}.<br/><small>By ${resolution.evidence}</small>`
            }</p></div>`,
        )}`,
  );

const attentionSection = ({ attentions }: Report): Markup =>
  section(
    'attention',
    'Attention',
    attentions.length === 0
      ? none('Nobody had to look at this payment.')
      : html`<div class="scroll"><table><thead><tr><th scope="col">Since</th><th scope="col">What</th><th scope="col">Message</th><th scope="col">Cleared</th></tr></thead><tbody>${attentions.map(
          ({ code, meaning, message, since, cleared }) =>
            html`<tr><td class="when">${instantText(since)}</td><td><strong>${code}</strong><br/><small>${meaning}</small></td><td>${message}</td><td>${cleared === null ? html`<span class="pill open">open</span>` : html`${instantText(cleared.at)}<br/><small>${cleared.how}</small>`}</td></tr>`,
        )}</tbody></table></div>`,
  );

const lineSection = (title: string, id: string, note: string, lines: readonly Line[]): Markup =>
  section(
    id,
    title,
    html`${note === '' ? null : html`<p class="none">${note}</p>`}<div class="scroll"><table><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Because</th><th scope="col" class="num">Entry</th></tr></thead><tbody>${lines.map(
      ({ at, what, who, why, entry }) =>
        html`<tr><td class="when">${instantText(at)}</td><td>${what}</td><td>${who}</td><td>${why}</td><td class="num">${entry}</td></tr>`,
    )}</tbody></table></div>`,
  );

function stepSection({ steps, currency }: Report): Markup {
  const cell = (value: number): Markup => html`<td class="num">${moneyText(value, currency)}</td>`;
  return section(
    'steps',
    'Balances after each movement',
    html`<div class="scroll"><table><thead><tr><th scope="col" class="num">Entry</th><th scope="col">Movement</th><th scope="col" class="num">Held</th><th scope="col" class="num">Captured</th><th scope="col" class="num">Released</th><th scope="col" class="num">Lapsed</th><th scope="col" class="num">Net</th></tr></thead><tbody>${steps.map(
      (step) =>
        html`<tr><td class="num">${step.entry}</td><td>${step.what}</td>${cell(step.held)}${cell(step.captured)}${cell(step.released)}${cell(step.lapsed)}${cell(step.net)}</tr>`,
    )}</tbody></table></div>`,
  );
}

const entrySection = ({ lines }: Report): Markup =>
  section(
    'entries',
    `All entries of the ledger (${lines.length})`,
    html`<div class="scroll"><table><thead><tr><th scope="col" class="num">Entry</th><th scope="col">At (UTC)</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Hash</th></tr></thead><tbody>${lines.map(
      ({ entry, at, what, who, hash }) =>
        html`<tr><td class="num">${entry}</td><td class="when mono">${at.replace('T', ' ').replace('Z', '')}</td><td>${what}</td><td>${who}</td><td><code>${hash.slice(0, 12)}…</code></td></tr>`,
    )}</tbody></table></div>`,
  );
