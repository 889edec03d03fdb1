// Rule: the rooms of the design import in one direction only, and the rule file sees every breach: a small
// tree with one breach per rule is checked, and exactly these are found.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-rooms-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.mjs']) {
    cpSync(join(root, file), join(folder, file));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const legal: Readonly<Record<string, readonly string[]>> = {
  'payment/money.ts': [],
  'machines/payment.ts': ["import '../payment/money.ts'", "import 'xstate'"],
  'activities/contract.ts': ["import type { money } from '../payment/money.ts'"],
  'activities/capture.ts': [
    "import '../providers/payone.ts'",
    "import '@temporalio/activity'",
    "import 'node:crypto'",
  ],
  'providers/payone.ts': [
    "import '../payment/money.ts'",
    "import 'zod'",
    "import 'undici'",
    "import 'node:crypto'",
  ],
  'workflows/payment.ts': [
    "import '../machines/payment.ts'",
    "import '../payment/money.ts'",
    "import '@temporalio/workflow'",
    "import type { ActivityFailure } from '@temporalio/common'",
    "import type { contract } from '../activities/contract.ts'",
  ],
  'sandbox/twin.ts': ["import 'zod'", "import 'node:http'"],
  'sim/main.ts': ["import '../machines/payment.ts'", "import '../payment/money.ts'", "import 'node:util'"],
  'temporal/worker.ts': ["import '../workflows/payment.ts'", "import '../activities/capture.ts'"],
  'api/server.ts': ["import '../temporal/worker.ts'"],
  'cli/tranche.ts': [
    "import '../temporal/worker.ts'",
    "import '../api/server.ts'",
    "import '../sandbox/twin.ts'",
  ],
};

const breaches: Readonly<Record<string, readonly string[]>> = {
  'payment/breach.ts': [
    "import 'zod'",
    "import 'node:fs'",
    "import type { payment } from '../machines/payment.ts'",
  ],
  'machines/breach.ts': ["import '../providers/payone.ts'"],
  'workflows/breach.ts': [
    "import 'zod'",
    "import 'node:fs'",
    "import { contract } from '../activities/contract.ts'",
    "import type { capture } from '../activities/capture.ts'",
  ],
  'providers/breach.ts': ["import '../machines/payment.ts'"],
  'activities/breach.ts': ["import '../workflows/payment.ts'"],
  'sandbox/breach.ts': ["import '../providers/payone.ts'", "import '../payment/money.ts'"],
  'sim/breach.ts': ["import '../workflows/payment.ts'"],
  'temporal/breach.ts': ["import '../cli/tranche.ts'"],
  'api/breach.ts': ["import '../cli/tranche.ts'"],
  'cli/one.ts': ["import './two.ts'"],
  'cli/two.ts': ["import './one.ts'"],
};

function write(files: Readonly<Record<string, readonly string[]>>): void {
  for (const [path, imports] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    const own = path.slice(path.indexOf('/') + 1, -'.ts'.length);
    writeFileSync(file, `${imports.join(';\n')};\nexport const ${own} = 1;\n`);
  }
}

function found(): string[] {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [cruiser, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', '.'];
  const { stdout } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; to: string; rule: { name: string } }[] };
  };
  return summary.violations
    .map(({ from, to, rule }) => `${from} → ${to.replace(/^.*node_modules\/(\w+).*$/, '$1')}: ${rule.name}`)
    .sort();
}

test('legal imports pass and each breach is found', () => {
  write(legal);
  expect(found()).toEqual([]);
  write(breaches);
  expect(found()).toEqual(
    [
      'payment/breach.ts → zod: payment-imports-only-its-own-arm',
      'payment/breach.ts → fs: payment-imports-only-its-own-arm',
      'payment/breach.ts → machines/payment.ts: payment-imports-only-its-own-arm',
      'machines/breach.ts → providers/payone.ts: machines-imports-only-its-own-arm',
      'workflows/breach.ts → zod: workflows-imports-only-its-own-arm',
      'workflows/breach.ts → fs: workflows-imports-only-its-own-arm',
      'workflows/breach.ts → activities/contract.ts: workflows-imports-only-its-own-arm',
      'workflows/breach.ts → activities/capture.ts: workflows-types-only-from-one-file',
      'providers/breach.ts → machines/payment.ts: providers-imports-only-its-own-arm',
      'activities/breach.ts → workflows/payment.ts: activities-imports-only-its-own-arm',
      'sandbox/breach.ts → providers/payone.ts: sandbox-imports-only-its-own-arm',
      'sandbox/breach.ts → payment/money.ts: sandbox-imports-only-its-own-arm',
      'sim/breach.ts → workflows/payment.ts: sim-imports-only-its-own-arm',
      'temporal/breach.ts → cli/tranche.ts: temporal-stands-below-the-edges',
      'api/breach.ts → cli/tranche.ts: api-knows-no-command-line-and-no-twin',
      'cli/one.ts → cli/two.ts: no-cycles',
    ].sort(),
  );
});
