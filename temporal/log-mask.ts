/** The last pass over every line of the log (M8): whatever was said, no secret and no card number leaves in it. */
import { createHash } from 'node:crypto';
import { maskCardNumbers } from '../activities/luhn.ts';

/** A shorter secret stands in too many innocent texts. */
const SHORTEST = 6;

/** Masks what it was told to hide; the secrets are known only once the configuration is read, so they come later. */
export class LogMask {
  #forms: readonly string[] = [];

  /** Adds secrets in the forms that a request or a JSON line carries them in: plain, escaped, encoded and hashed. */
  hide(secrets: readonly string[]): void {
    const forms = secrets.filter((secret) => secret.length >= SHORTEST).flatMap(formsOf);
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** @param line - a line of JSON, which it stays. */
  mask(line: string): string {
    const hidden = this.#forms.reduce((rest, form) => rest.replaceAll(form, '[secret]'), line);
    // Only in strings: the numbers of a line are times, ports and counts, and JSON knows no `[card]` among them.
    return hidden.replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => maskCardNumbers(text));
  }
}

function formsOf(secret: string): readonly string[] {
  const hash = (algorithm: string): string => createHash(algorithm).update(secret, 'utf8').digest('hex');
  const bytes = Buffer.from(secret, 'utf8');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    hash('md5'),
    hash('sha256'),
    hash('sha384'),
  ];
}
