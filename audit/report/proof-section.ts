import type { Check } from '../check.ts';
import { html, type Markup } from './markup.ts';
import { said } from './plain.ts';
import type { Report } from './report.ts';

/** How the result of a check is said. */
export const passText = ({ pass }: Check): 'pass' | 'fail' | 'not made' =>
  pass === null ? 'not made' : pass ? 'pass' : 'fail';

/** The first difference of a failed check, or null. */
export function differenceText({ difference }: Check): string | null {
  if (difference === undefined) return null;
  return `expected ${said(difference.expected)}, found ${said(difference.actual)}`;
}

/** Every check with its result, and what identifies this very record. */
export function proofSection({ proof }: Report): Markup {
  const { checks, versions, digests } = proof;
  const rows = checks.map((check) => {
    const differs = differenceText(check);
    const word = passText(check);
    return html`<tr><th scope="row">${check.name}</th><td><span class="pill ${word === 'not made' ? 'open' : word}">${word}</span></td><td>${check.text}${differs === null ? null : html`<br/><small>${differs}</small>`}</td></tr>`;
  });
  const signature =
    proof.signedBy === null
      ? html`none`
      : html`Ed25519, key <code>${proof.signedBy}</code>${proof.vouched ? ', the expected one' : ', which nobody vouched for'}`;
  return html`<section aria-labelledby="proof"><h2 id="proof">Proof</h2>
<div class="scroll"><table><thead><tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col">What was looked at, or what is wrong</th></tr></thead><tbody>${rows}</tbody></table></div>
<h3>What identifies this record</h3>
<dl class="facts">
<dt>Head of the chain</dt><dd><code>${proof.head}</code></dd>
<dt>Signature</dt><dd>${signature}</dd>
<dt>Code</dt><dd>engine ${versions.engine}, machine ${versions.machine}, Temporal SDK ${versions.sdk}</dd>
<dt>Digest of the facts</dt><dd><code>${digests.payment}</code></dd>
<dt>Digest of the ledger</dt><dd><code>${digests.ledger}</code></dd>
${digests.histories.map((digest, index) => html`<dt>History, run <code>${proof.runs[index] ?? '?'}</code></dt><dd><code>${digest}</code></dd>`)}
</dl>
</section>`;
}
