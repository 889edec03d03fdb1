import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { livesStill, thisProcess } from '../temporal/process-birth.ts';

/** What `tranche dev` leaves in `.tranche/` while it runs, so that other commands need no flags in the same folder. */
const devFile = z.strictObject({
  pid: z.int(),
  /** When that process began, so that no other one of its number is taken for it. */
  birth: z.string(),
  /** The HTTP edge. */
  url: z.url(),
  token: z.string(),
  address: z.string(),
  namespace: z.string(),
  taskQueue: z.string(),
  keyId: z.string(),
  /** The twins, by account. */
  sandboxes: z.record(z.string(), z.string()),
  /** The file that it was started with, absolute; null without one. */
  configFile: z.string().nullable(),
  /** All that it runs with, addresses of twins and keys in place. */
  configuration: z.record(z.string(), z.unknown()),
});

export type DevFile = z.output<typeof devFile>;

export const stateFolder = (cwd: string = process.cwd()): string => resolve(cwd, '.tranche');

/** @param folder - from {@link stateFolder}. */
export function writeDevFile(folder: string, content: Omit<DevFile, 'pid' | 'birth'>): void {
  writePrivate(folder, 'dev.json', `${JSON.stringify({ ...thisProcess(), ...content }, null, 2)}\n`);
}

export function removeDevFile(folder: string): void {
  const found = readFile(folder);
  if (found?.pid === process.pid && livesStill(found)) rmSync(join(folder, 'dev.json'), { force: true });
}

/** The `tranche dev` that runs in this folder, or null. One that was killed leaves a file whose process is gone. */
export function runningDev(folder: string = stateFolder()): DevFile | null {
  const found = readFile(folder);
  return found !== null && livesStill(found) ? found : null;
}

/** The token of the development server: made on first use, the same after a restart. */
export function devToken(folder: string): string {
  try {
    const kept = readFileSync(join(folder, 'token'), 'utf8').trim();
    if (kept.length >= 16) return kept;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const token = newToken();
  writePrivate(folder, 'token', `${token}\n`);
  return token;
}

export const newToken = (): string => `dev-${randomBytes(24).toString('base64url')}`;

function writePrivate(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
}

function readFile(folder: string): DevFile | null {
  try {
    const parsed = devFile.safeParse(JSON.parse(readFileSync(join(folder, 'dev.json'), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
