import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Bundle } from '../audit/bundle.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { keyText } from './key-text.ts';
import { findConfiguration } from './source.ts';

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

/** Exit 1 where the proof fails: the report is written all the same, and says so at its head. */
async function report({ args, options, config, output }: Invocation<Reporting>): Promise<ExitCode> {
  if (options.html === true && options.md === true) throw new UsageError('--html or --md, one of them');
  const [subject = ''] = args;
  const [{ reportOf }, { verifyBundle }, { Replayer, quietReplay }, { KeyFault, readPublicKey }] =
    await Promise.all([
      import('../audit/report/report.ts'),
      import('../audit/verify.ts'),
      import('../audit/replay-runs.ts'),
      import('../audit/signature.ts'),
    ]);
  let publicKey: ReturnType<typeof readPublicKey> | undefined;
  try {
    if (options.key !== undefined) publicKey = readPublicKey(keyText('--key', options.key));
  } catch (error) {
    if (error instanceof KeyFault) throw new UsageError(`--key: ${error.message}`);
    throw error;
  }
  const bundle = await bundleOf(subject, config);
  quietReplay();
  const replayer = new Replayer();
  const verify = async (): ReturnType<typeof verifyBundle> => {
    try {
      return await verifyBundle(bundle, {
        replay: (payment, histories) => replayer.replay(payment, histories),
        ...(publicKey === undefined ? {} : { publicKey }),
      });
    } finally {
      await replayer.close();
    }
  };
  const verdict = await verify();
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
    await writeFile(out, text);
    output.data({ payment, holds, file: out });
    output.line(`${out}: payment ${payment ?? '?'}, the record ${holds ? 'holds' : 'does not hold'}`);
  }
  return holds ? EXIT.done : EXIT.refused;
}

/** From a file where there is one of that name, else from the engine. @throws UsageError for what is no bundle. */
async function bundleOf(subject: string, config: string | undefined): Promise<Bundle> {
  const [{ NoBundle }, { bundleOfFile }] = await Promise.all([
    import('../audit/read-bundle.ts'),
    import('../audit/bundle-files.ts'),
  ]);
  if (subject === '-' || existsSync(subject) || /[/\\]|\.json$/.test(subject)) {
    try {
      return await bundleOfFile(subject);
    } catch (error) {
      const system = error instanceof Error && 'syscall' in error;
      if (system || error instanceof NoBundle) throw new UsageError((error as Error).message);
      throw error;
    }
  }
  const [{ connectEngine }, { exportPayment }, { encryptionCodec }] = await Promise.all([
    import('./connect.ts'),
    import('../audit/export.ts'),
    import('../temporal/codec.ts'),
  ]);
  const engine = await connectEngine(findConfiguration(config).configuration);
  try {
    const origin = { client: engine.client, codec: encryptionCodec(engine.keyRing) };
    return (await exportPayment(origin, subject)).bundle;
  } finally {
    await engine.close();
  }
}
