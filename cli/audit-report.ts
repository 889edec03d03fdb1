import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Bundle } from '../audit/bundle.ts';
import type { Verdict } from '../audit/verify.ts';
import { bundleNamed } from './bundle-source.ts';
import { CheckFailed, EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { publicKeyIn } from './key-file.ts';
import { writingTo } from './output-file.ts';
import { plain, plainJson } from './plain-text.ts';

interface Reporting {
  html?: boolean;
  md?: boolean;
  out?: string;
  key?: string;
  stamp?: boolean;
}

/** `audit report`. */
export function reportCommand(audit: Command, ended: Ended): void {
  act<Reporting>(
    audit
      .command('report')
      .description('one payment as a page for people: what was asked, what happened, and the proof of it')
      .argument('<payment>', 'a bundle, - for stdin, or the id of a payment')
      .option('--html', 'one HTML file that fetches and runs nothing (the default)')
      .option('--md', 'Markdown')
      .option('--out <file>', 'where it goes', '-')
      .option('--key <file>', 'the public key that the bundle must be signed with')
      .option('--stamp', 'say when the report was made; without it the same bundle gives the same bytes'),
    ended,
    report,
  );
}

/** Of the process that verifies. */
const MEMORY_MIB = 2048;

/** Exit 1 where the proof fails: the report is written all the same, and says so at its head. */
async function report({ args, options, config, output }: Invocation<Reporting>): Promise<ExitCode> {
  if (options.html === true && options.md === true) throw new UsageError('--html or --md, one of them');
  const [subject = ''] = args;
  const publicKey = options.key === undefined ? undefined : await publicKeyIn(options.key);
  const bundle = await bundleNamed(subject, config);
  const [{ reportOf }, verdict] = await Promise.all([
    import('../audit/report/report.ts'),
    verdictOn(bundle, publicKey),
  ]);
  const made = reportOf(bundle, verdict, publicKey !== undefined);
  const stamp = options.stamp === true ? new Date().toISOString() : undefined;
  const text =
    options.md === true
      ? (await import('../audit/report/markdown.ts')).reportMarkdown(made, stamp)
      : (await import('../audit/report/page.ts')).reportPage(made, stamp);
  const { out = '-' } = options;
  const { payment, holds } = verdict;
  if (out === '-') process.stdout.write(text);
  else {
    await writingTo('--out', out, () => writeFile(out, text));
    plainJson(output, { payment, holds, file: out });
    output.line(`${out}: payment ${plain(payment ?? '?')}, the record ${holds ? 'holds' : 'does not hold'}`);
  }
  return holds ? EXIT.done : EXIT.refused;
}

/** By a process of its own: whatever the bundle is made to do, this one stays as it is. */
async function verdictOn(bundle: Bundle, publicKey: string | undefined): Promise<Verdict> {
  const { VerifyPool } = await import('../audit/pool.ts');
  const data = Buffer.from(JSON.stringify(bundle));
  const key = publicKey === undefined ? {} : { publicKey };
  const pool = new VerifyPool({ jobs: 1, size: data.length, memory: MEMORY_MIB, ...key });
  try {
    const judged = await pool.judge({ name: bundle.payment.id, data });
    if ('checks' in judged) return judged;
    throw new CheckFailed(`no report: ${plain('stopped' in judged ? judged.stopped : judged.noBundle)}`);
  } finally {
    await pool.close();
  }
}
