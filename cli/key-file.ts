import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UsageError } from './exit.ts';

/** The private key of `--sign`. @throws UsageError for a file that cannot be read or holds none. */
export async function signingKey(file: string): Promise<KeyObject> {
  const { readPrivateKey } = await import('../audit/signature.ts');
  return keyIn('--sign', file, readPrivateKey);
}

/**
 * The public key of `--key`, as 32 bytes in base64: where the file holds a private key, no more of it than its public half
 * goes on.
 *
 * @throws UsageError for a file that cannot be read or holds none.
 */
export async function publicKeyIn(file: string): Promise<string> {
  const { rawPublicKey, readPublicKey } = await import('../audit/signature.ts');
  return keyIn('--key', file, (text) => rawPublicKey(readPublicKey(text)));
}

async function keyIn<T>(option: string, file: string, read: (text: string) => T): Promise<T> {
  const { KeyFault } = await import('../audit/signature.ts');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return read(text);
  } catch (error) {
    if (error instanceof KeyFault) throw new UsageError(`${option} ${file}: ${error.message}`);
    throw error;
  }
}
