import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NoCore } from './replay-on.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Checkout {
  readonly folder: string;
  /** The commit, where it was made from a git ref. */
  readonly commit: string | null;
  remove(): void;
}

/** What the core is made of. */
const ROOMS = ['machines', 'payment', 'package.json'];

/**
 * A folder as it stands, or a commit of this repository, laid out in a temporary folder with this checkout's packages.
 * Nothing is written to the repository.
 *
 * @param name - a path, or anything that git calls a commit: `v1.2.0`, `HEAD~3`, `main`.
 * @throws NoCore for what is neither.
 */
export function checkoutOf(name: string): Checkout {
  const path = resolve(name);
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new NoCore(`${name} is no folder`);
    return { folder: path, commit: null, remove: () => undefined };
  }
  const found = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if (found.status !== 0) throw new NoCore(`${name} is neither a folder nor a commit of this repository`);
  const commit = found.stdout.toString('utf8').trim();
  const folder = mkdtempSync(join(tmpdir(), 'tranche-checkout-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const archive = git(['archive', '--format=tar', commit, ...ROOMS]);
    if (archive.status !== 0) throw new NoCore(`${name} has no machines/core.ts: its layout is not today's`);
    const laid = spawnSync('tar', ['-xf', '-', '-C', folder], { input: archive.stdout });
    if (laid.status !== 0) throw new NoCore(`${name} could not be laid out: ${String(laid.stderr)}`);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    return { folder, commit, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

const git = (args: readonly string[]) =>
  spawnSync('git', ['-C', root, ...args], { maxBuffer: 256 * 1024 * 1024 });
