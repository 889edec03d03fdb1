import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

/** AES-256 key material under its name. The name is public: it stands beside everything the key has written. */
export interface EncryptionKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export type KeyRingErrorCode = 'no-key' | 'bad-key' | 'unknown-key' | 'damaged';

/** What the ring could not do. Neither keys nor what they protect stand in the message. */
export class KeyRingError extends Error {
  override readonly name = 'KeyRingError';
  readonly code: KeyRingErrorCode;
  readonly keyId: string | null;

  constructor(code: KeyRingErrorCode, message: string, keyId: string | null = null) {
    super(message);
    this.code = code;
    this.keyId = keyId;
  }
}

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * The keys of an installation: the first writes, all of them read, so that a key is replaced by putting a new one in
 * front and dropped once nothing that it wrote is kept any more. Everything is AES-256-GCM with a random 12-byte IV;
 * the form is IV, ciphertext, tag. The additional data is authenticated and not stored.
 */
export class KeyRing {
  /** The name of the key that writes. */
  readonly writes: string;
  // Key objects and a private field keep the material out of whatever prints or serialises the ring.
  readonly #keys: ReadonlyMap<string, KeyObject>;

  /** @throws KeyRingError `no-key` or `bad-key` (wrong length, a name outside the grammar of ids, a name used twice). */
  constructor(keys: readonly EncryptionKey[]) {
    const [first] = keys;
    if (first === undefined) throw new KeyRingError('no-key', 'a key ring needs at least one key');
    const ring = new Map<string, KeyObject>();
    for (const { id, key } of keys) {
      if (!KEY_ID.test(id))
        throw new KeyRingError('bad-key', 'a key is named by an identifier of 1 to 64 characters');
      if (ring.has(id)) throw new KeyRingError('bad-key', `two keys are named ${id}`, id);
      if (key.length !== KEY_BYTES) {
        throw new KeyRingError('bad-key', `key ${id} has ${key.length} bytes and not ${KEY_BYTES}`, id);
      }
      ring.set(id, createSecretKey(key));
    }
    this.writes = first.id;
    this.#keys = ring;
  }

  /** Encrypts under the key that writes. */
  encrypt(plain: Uint8Array, additional: Uint8Array): Uint8Array {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.writes), iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(additional);
    return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws KeyRingError `unknown-key`, or `damaged` where key, additional data or a single bit do not fit. */
  decrypt(keyId: string, data: Uint8Array, additional: Uint8Array): Uint8Array {
    const key = this.#key(keyId);
    if (data.length < IV_BYTES + TAG_BYTES) throw damaged(keyId);
    const iv = data.subarray(0, IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(additional);
    decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
    try {
      return Buffer.concat([
        decipher.update(data.subarray(IV_BYTES, data.length - TAG_BYTES)),
        decipher.final(),
      ]);
    } catch {
      throw damaged(keyId);
    }
  }

  #key(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (key === undefined) {
      throw new KeyRingError(
        'unknown-key',
        `no key ${shown(id)} in encryption.keys, under which this was written: put it back, behind the first`,
        id,
      );
    }
    return key;
  }
}

const damaged = (keyId: string): KeyRingError =>
  new KeyRingError('damaged', `what key ${shown(keyId)} should open was changed or belongs elsewhere`, keyId);

const shown = (id: string): string => JSON.stringify(id.length > 64 ? `${id.slice(0, 64)}…` : id);
