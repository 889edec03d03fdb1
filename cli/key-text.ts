import { readFileSync } from 'node:fs';
import { UsageError } from './exit.ts';

/** A key's file as text. @throws UsageError for a file that cannot be read. */
export function keyText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
