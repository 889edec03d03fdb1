// Writes the pictures and tables of the machines to docs/machines/, or with --check says which differ from
// the code (exit 1).
//
//   node scripts/docs.ts [--check]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MACHINES, mermaid, svg } from '../machines/diagram.ts';
import { markdown } from '../machines/table.ts';

const root = join(import.meta.dirname, '..');

/** Path in the tree, and what stands there. */
const documents = new Map<string, string>([
  ...MACHINES.flatMap((machine) => [
    [`docs/machines/${machine}.mmd`, mermaid(machine)] as const,
    [`docs/machines/${machine}.svg`, svg(machine)] as const,
  ]),
  ['docs/machines/table.md', markdown()],
]);

const check = process.argv.includes('--check');
let stale = 0;
for (const [file, text] of documents) {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (check) {
    stale += 1;
    process.stderr.write(`${file} differs from the code: run npm run docs\n`);
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stderr.write(`wrote ${file}\n`);
  }
}
if (stale > 0) process.exitCode = 1;
