// A copy of the checkout in which something was changed: a branch, as far as the gate can tell.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GateDivergence } from '../../audit/gate-divergence.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What the command needs to run. */
const PARTS = [
  'activities',
  'api',
  'audit',
  'cli',
  'machines',
  'payment',
  'providers',
  'sandbox',
  'temporal',
  'workflows',
  'package.json',
  'package-lock.json',
];

export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Branch {
  readonly folder: string;
  remove(): void;
}

/** @throws where a change finds nothing to change: the sources moved on, and the test with them. */
export function branchWith(changes: readonly Change[]): Branch {
  const folder = mkdtempSync(join(tmpdir(), 'tranche-branch-'));
  for (const part of PARTS) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of changes) {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(join(folder, file), text.replace(from, to));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Gated {
  readonly code: number | null;
  readonly stderr: string;
  readonly result: {
    readonly holds: boolean;
    readonly types: readonly { readonly type: string; readonly runs: number; readonly diverged: number }[];
    readonly divergences: readonly GateDivergence[];
    readonly unreadable: readonly { readonly source: string; readonly why: string }[];
  };
}

/** Runs the branch's own gate; its cache stays in the branch. */
export async function gateIn(branch: Pick<Branch, 'folder'>, args: readonly string[]): Promise<Gated> {
  const command = [join(branch.folder, 'cli', 'tranche.js'), '--json', 'audit', 'gate', ...args];
  const child = spawn(process.execPath, command, { cwd: branch.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (stdout === '') throw new Error(stderr);
  return { code, stderr, result: JSON.parse(stdout) as Gated['result'] };
}

/** The golden histories are encrypted with a key that protects nothing. */
export function goldenConfig(folder: string): string {
  const file = join(folder, 'golden.config.json');
  const key = Buffer.alloc(32, 7).toString('base64');
  writeFileSync(file, JSON.stringify({ encryption: { keys: [{ id: 'test', key }] }, accounts: {} }));
  return file;
}

export const goldenFolder = join(root, 'test', 'histories');

/** A few golden histories: a run that diverges is replayed several times to find the event. */
export function fewHistories(folder: string): string {
  const few = join(folder, 'few');
  mkdirSync(few);
  for (const name of ['three-shipments', 'pending-resolved', 'voided-and-closed', 'order'])
    cpSync(join(goldenFolder, `${name}.json`), join(few, `${name}.json`));
  return few;
}
