/**
 * Rule: what is published can be used by a stranger. The package is built and packed as for publishing, unpacked beside the
 * packages that it depends on and no others; the example of docs/library.md compiles against its types there and runs.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { randomUUID } from 'node:crypto';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { spawnPayoneTwin } from '../../sandbox/payone/spawn.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly files: readonly string[];
};

let folder: string;
/** The package as a user has it. */
let installed: string;
/** The folder of a user's own code. */
let app: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-library-'));
  const staged = join(folder, 'staged');
  mkdirSync(staged);
  for (const name of ['package.json', 'README.md', 'LICENSE', ...manifest.files].filter(
    (each) => each !== 'dist',
  ))
    cpSync(join(root, name), join(staged, name), { recursive: true });
  await run(process.execPath, [join(root, 'scripts/build.ts'), '--out', join(staged, 'dist')]);
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: staged });
  const [tarball = ''] = globSync('*.tgz', { cwd: folder });
  app = join(folder, 'app');
  const modules = join(app, 'node_modules');
  installed = join(modules, 'tranche');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components', '1']);
  // Links to what the lockfile installed stand for `npm install`; what is no dependency is not to be found.
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  cpSync(join(root, 'docs/examples/own-worker'), app, { recursive: true });
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('its manifest names files that are there, in the forms that they have', async () => {
  const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
  expect(messages).toEqual([]);
});

test('what it loads by address is there', () => {
  const missing: string[] = [];
  for (const name of globSync('dist/**/*.js', { cwd: installed })) {
    const file = join(installed, name);
    for (const [, address = ''] of readFileSync(file, 'utf8').matchAll(
      /new URL\('([^']+)', import\.meta\.url\)/g,
    ))
      if (!existsSync(join(dirname(file), address))) missing.push(`${name}: ${address}`);
  }
  expect(missing).toEqual([]);
});

test('the command runs from it', async () => {
  const { stdout } = await run(process.execPath, [join(installed, 'cli/tranche.js'), 'machine', 'table'], {
    cwd: app,
  });
  expect(stdout).toContain('partially_captured');
});

test('the example compiles against its types', async () => {
  const compiler = join(root, 'node_modules/typescript-native/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, '-p', app]).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(stdout).toBe('');
});

test('the example’s worker runs Tranche’s workflows beside its own', async () => {
  const twin = await spawnPayoneTwin({ notifyDelayMs: 20, settleMs: 150 });
  try {
    writeFileSync(
      join(app, 'tranche.config.json'),
      JSON.stringify({
        temporal: { ...inject('temporal'), taskQueue: `library-${randomUUID()}` },
        encryption: { keys: [{ id: 'k', key: Buffer.alloc(32, 5).toString('base64') }] },
        accounts: {
          [`cars-${randomUUID().slice(0, 8)}`]: {
            provider: 'payone',
            url: twin.gatewayUrl,
            mid: '14648',
            aid: '17321',
            portalId: '2040559',
            key: 'sandbox-portal-key',
            mode: 'test',
          },
        },
      }),
    );
    const { TEMPORAL_ADDRESS: _address, TRANCHE_CONFIG: _config, ...env } = process.env;
    const child = spawn(process.execPath, ['main.ts'], { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [said, complained] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complained += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, said, complained: code === 0 ? '' : complained }).toEqual({
      code: 0,
      said: 'price approved\ncaptured, captured 12350, held 0\n',
      complained: '',
    });
    const books = (await (await fetch(`${twin.url}/admin/books`)).json()) as Record<string, unknown>;
    expect(JSON.stringify(books)).toContain('12350');
  } finally {
    await twin.stop();
  }
}, 300_000);
