import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { KeyRing, type EncryptionKey } from '../activities/key-ring.ts';
import type { Configuration } from './configuration.ts';
import { configurationFault } from './configuration-fault.ts';

/**
 * The ring that a configuration describes.
 *
 * @param fallback - used where the file names no key, for development only.
 * @throws ConfigurationError at `encryption.keys` where there is neither.
 */
export function keyRingOf(
  configuration: Pick<Configuration, 'encryption'>,
  fallback?: EncryptionKey,
): KeyRing {
  const keys = configuration.encryption.keys.map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') }));
  if (keys.length > 0) return new KeyRing(keys);
  if (fallback !== undefined) return new KeyRing([fallback]);
  throw configurationFault('encryption.keys', 'at least one key is needed to run payments');
}

const keyFile = z.strictObject({
  id: z.string().min(1),
  key: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
});

/**
 * The key of a development server: `key.json` in the given folder, readable by its owner only, made on first use.
 * Two processes that make it at once end with the same key.
 *
 * @param directory - `.tranche`
 * @throws ConfigurationError where the file is there and is none of ours.
 */
export function loadOrCreateDevKey(directory: string): EncryptionKey {
  const file = join(directory, 'key.json');
  return readKey(file) ?? createKey(directory, file);
}

/** A key that is kept nowhere, for a server whose state is kept nowhere either. */
export const ephemeralKey = (): EncryptionKey => ({
  id: `dev-${randomUUID().slice(0, 8)}`,
  key: randomBytes(32),
});

function createKey(directory: string, file: string): EncryptionKey {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { id, key } = ephemeralKey();
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify({ id, key: Buffer.from(key).toString('base64') })}\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  try {
    // A link appears whole or not at all, and never over a file that another process put there first.
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const kept = readKey(file);
  if (kept === null) throw configurationFault('', `${file} vanished while it was made`);
  return kept;
}

function readKey(file: string): EncryptionKey | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  const parsed = keyFile.safeParse(jsonOrNull(text));
  if (!parsed.success) {
    throw configurationFault('', `${file} holds no key; without it nothing stored can be read`);
  }
  chmodSync(file, 0o600);
  return { id: parsed.data.id, key: Buffer.from(parsed.data.key, 'base64') };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
