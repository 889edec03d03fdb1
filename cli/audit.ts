import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { exportCommand } from './audit-export.ts';
import { gateCommand } from './audit-gate.ts';
import { replayCommand } from './audit-replay.ts';
import { ledgerCommand } from './audit-ledger.ts';
import { reconcileCommand } from './audit-reconcile.ts';
import { reportCommand } from './audit-report.ts';
import { verifyCommand } from './audit-verify.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { writingTo } from './output-file.ts';

/** `audit export|verify|keygen|schema`. */
export function auditCommands(program: Command, ended: Ended): void {
  const audit = program.command('audit').description('prove what happened to a payment, on any computer');

  exportCommand(audit, ended);
  verifyCommand(audit, ended);
  replayCommand(audit, ended);
  gateCommand(audit, ended);
  reportCommand(audit, ended);
  ledgerCommand(audit, ended);
  reconcileCommand(audit, ended);

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

async function makeKeys({ options, output }: Invocation<{ out: string }>): Promise<ExitCode> {
  const { newKeyPair, rawPublicKey, readPublicKey } = await import('../audit/signature.ts');
  const files = { private: options.out, public: `${options.out}.pub` };
  for (const file of Object.values(files))
    if (existsSync(file)) throw new UsageError(`${file} is there already; a key is never written over`);
  const { privatePem, publicPem } = newKeyPair();
  await writingTo('--out', options.out, () => {
    writeFileSync(files.private, privatePem, { mode: 0o600, flag: 'wx' });
    chmodSync(files.private, 0o600);
    writeFileSync(files.public, publicPem, { flag: 'wx' });
  });
  const publicKey = rawPublicKey(readPublicKey(publicPem));
  output.data({ privateKey: files.private, publicKeyFile: files.public, publicKey });
  output.line(`private key ${files.private}, for export --sign: keep it away from whoever runs payments`);
  output.line(`public key  ${files.public}, for verify --key: ${publicKey}`);
  return EXIT.done;
}
