// Writes the documents that are generated from code, or with --check says which are stale (exit 1).
//
//   node scripts/docs.ts [--check]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

interface Generated {
  /** Path in the tree. */
  readonly file: string;
  readonly render: () => Promise<string> | string;
}

const generated: readonly Generated[] = [];

const check = process.argv.includes('--check');
let stale = 0;
for (const { file, render } of generated) {
  const text = await render();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) {
    stale += 1;
    process.stderr.write(`${file} is stale: run npm run docs\n`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stderr.write(`wrote ${file}\n`);
  }
}
if (stale > 0) process.exitCode = 1;
