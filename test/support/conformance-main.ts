// Runs the conformance suite and writes what it found to docs/conformance.md. The suite itself compares its run with
// that page.
//
//   node test/support/conformance-main.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Column, conformancePage } from './contract-matrix.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tranche-conformance-'));
try {
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/.bin/vitest'), 'run', 'test/contracts', 'test/faults/contract-crash'],
    { cwd: root, stdio: 'inherit', env: { ...process.env, TRANCHE_CONFORMANCE: folder } },
  );
  if (status === 0) {
    const files = readdirSync(folder).toSorted();
    const columns = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Column);
    writeFileSync(join(root, 'docs/conformance.md'), conformancePage(columns));
    process.stderr.write('wrote docs/conformance.md\n');
  } else process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
