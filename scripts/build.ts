// Builds the package for publishing: JavaScript and declarations of every room that a user of the package can reach, under
// dist/. Nothing in the checkout runs from there; Node runs the sources as they are.
//
//   node scripts/build.ts [--out DIR]
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
const out = resolve(values.out);

rmSync(out, { recursive: true, force: true });
const compiler = join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
const { status } = spawnSync(
  process.execPath,
  [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', out],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);

// The compiler rewrites what is imported, and not what is loaded by its address.
const ADDRESS = /new URL\((['"])([^'"]+)\.ts\1, import\.meta\.url\)/g;
for (const name of globSync('**/*.js', { cwd: out })) {
  const file = join(out, name);
  const text = readFileSync(file, 'utf8');
  const mended = text.replaceAll(ADDRESS, "new URL('$2.js', import.meta.url)");
  if (mended !== text) writeFileSync(file, mended);
}

// What the demo starts its services with; it stands beside what was built.
const launcher = readFileSync(join(root, 'cli', 'tranche.js'), 'utf8');
writeFileSync(join(out, 'cli', 'tranche.js'), launcher.replaceAll('main.ts', 'main.js'));

// Read beside the code: the version that `tranche --version` and audit bundles name, and what the workflow bundle is made with.
const { name, version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  dependencies: Record<string, string>;
};
const manifest = { name: `${name}-dist`, version, private: true, type: 'module', dependencies };
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
