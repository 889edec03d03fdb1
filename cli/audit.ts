import type { KeyObject } from 'node:crypto';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Verdict } from '../audit/verify.ts';
import { type Exporting, exportBundles } from './audit-export.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { keyText } from './key-text.ts';
import { type Output, styled } from './output.ts';

/** `audit export|verify|keygen|schema`. */
export function auditCommands(program: Command, ended: Ended): void {
  const audit = program.command('audit').description('prove what happened to a payment, on any computer');

  act<Exporting>(
    audit
      .command('export')
      .description('bundles of payments with all that proves their histories')
      .argument('[payments...]', 'ids of payments')
      .option('--query <query>', "payments that Temporal's visibility finds (TrancheAccount = 'payone-de')")
      .option('--since <instant>', 'payments that were open then or came later (RFC 3339)')
      .option('--out <folder>', 'one file per payment; - writes one line per bundle to stdout', '-')
      .option('--sign <file>', 'sign with this Ed25519 key, see audit keygen')
      .option('--no-recorded', 'do not ask a worker for the recorded ledger; the histories alone speak'),
    ended,
    exportBundles,
  );

  act<Verifying>(
    audit
      .command('verify')
      .description('check bundles without a server; exit 0 only if everything holds, 2 for what is no bundle')
      .argument('<files...>', 'bundles, - for stdin')
      .option('--key <file>', 'the public key that they must be signed with (PEM, or 32 bytes in base64)')
      .option('--max-size <bytes>', 'the largest file that is read', '67108864'),
    ended,
    verifyFiles,
  );

  act<{ out: string }>(
    audit
      .command('keygen')
      .description('a new Ed25519 pair for signing bundles')
      .requiredOption(
        '--out <file>',
        'where the private key goes; the public one goes beside it as FILE.pub',
      ),
    ended,
    makeKeys,
  );

  act<object>(
    audit.command('schema').description('the JSON Schema of bundles'),
    ended,
    async ({ output }) => {
      const { bundleJsonSchema } = await import('../audit/schema.ts');
      output.announce(JSON.stringify(bundleJsonSchema(), null, 2));
      return EXIT.done;
    },
  );
}

interface Verifying {
  key?: string;
  maxSize: string;
}

/** What became of one file: a verdict, or why it is no bundle. */
type Judged = { readonly file: string } & (Verdict | { readonly noBundle: string });

async function verifyFiles({ args, options, output }: Invocation<Verifying>): Promise<ExitCode> {
  const size = Number(options.maxSize);
  if (!(Number.isSafeInteger(size) && size > 0)) throw new UsageError('--max-size takes a number of bytes');
  const [{ KeyFault, readPublicKey }, { NoBundle, readBundle }, { verifyBundle }, { Replayer, quietReplay }] =
    await Promise.all([
      import('../audit/signature.ts'),
      import('../audit/read-bundle.ts'),
      import('../audit/verify.ts'),
      import('../audit/replay-runs.ts'),
    ]);
  quietReplay();
  const replayer = new Replayer();
  let publicKey: KeyObject | undefined;
  try {
    if (options.key !== undefined) publicKey = readPublicKey(keyText('--key', options.key));
  } catch (error) {
    if (error instanceof KeyFault) throw new UsageError(`--key: ${error.message}`);
    throw error;
  }
  const judged: Judged[] = [];
  for (const file of args) {
    let one: Judged;
    try {
      const bundle = await readBundle(file, { size });
      const verdict = await verifyBundle(bundle, {
        replay: (payment, histories) => replayer.replay(payment, histories),
        ...(publicKey === undefined ? {} : { publicKey }),
      });
      one = { file, ...verdict };
    } catch (error) {
      const system = error instanceof Error && 'syscall' in error;
      if (!system && !(error instanceof NoBundle)) throw error;
      one = { file, noBundle: (error as Error).message };
    }
    judged.push(one);
    show(output, one);
  }
  await replayer.close();
  const holds = judged.every((one) => 'holds' in one && one.holds);
  output.data({ holds, bundles: judged });
  if (judged.some((one) => 'noBundle' in one)) return EXIT.wrongUse;
  return holds ? EXIT.done : EXIT.refused;
}

function show(output: Output, one: Judged): void {
  if ('noBundle' in one) {
    output.line(`${styled('bold', one.file)}  ${styled('red', 'no bundle')}: ${one.noBundle}`);
    return;
  }
  output.line(
    `${styled('bold', one.file)}  payment ${one.payment ?? '?'}, ${one.entries} entries, ${one.events} events`,
  );
  for (const { name, pass, text, difference } of one.checks) {
    const word =
      pass === null ? styled('dim', '  -   ') : pass ? styled('green', '  pass') : styled('red', '  FAIL');
    output.line(`${word}  ${name.padEnd(9)}  ${brief(text)}`);
    if (difference === undefined) continue;
    output.line(`${' '.repeat(19)}expected ${brief(JSON.stringify(difference.expected ?? null))}`);
    output.line(`${' '.repeat(19)}actual   ${brief(JSON.stringify(difference.actual ?? null))}`);
  }
  output.line(one.holds ? styled('green', 'holds') : styled('red', 'does not hold'));
}

/** A hostile bundle may bring control characters and long texts; a terminal gets neither. */
function brief(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, ' ');
  return plain.length > 400 ? `${plain.slice(0, 400)}…` : plain;
}

async function makeKeys({ options, output }: Invocation<{ out: string }>): Promise<ExitCode> {
  const { newKeyPair, rawPublicKey, readPublicKey } = await import('../audit/signature.ts');
  const files = { private: options.out, public: `${options.out}.pub` };
  for (const file of Object.values(files))
    if (existsSync(file)) throw new UsageError(`${file} is there already; a key is never written over`);
  const { privatePem, publicPem } = newKeyPair();
  writeFileSync(files.private, privatePem, { mode: 0o600, flag: 'wx' });
  chmodSync(files.private, 0o600);
  writeFileSync(files.public, publicPem, { flag: 'wx' });
  const publicKey = rawPublicKey(readPublicKey(publicPem));
  output.data({ privateKey: files.private, publicKeyFile: files.public, publicKey });
  output.line(`private key ${files.private}, for export --sign: keep it away from whoever runs payments`);
  output.line(`public key  ${files.public}, for verify --key: ${publicKey}`);
  return EXIT.done;
}
