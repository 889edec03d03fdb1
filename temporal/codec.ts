import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { KeyRing } from '../activities/key-ring.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** The words that Temporal's other tools know an encrypted payload by. */
const ENCODING = 'encoding';
const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const text = (data: Uint8Array | null | undefined): string => Buffer.from(data ?? []).toString('utf8');

/** The key's name is authenticated with the payload, so that metadata cannot be swapped unseen. */
const additional = (keyId: string): Uint8Array => bytes(`${ENCRYPTED}:${keyId}`);

/**
 * Encrypts everything that leaves for the Temporal server but ids, search attributes and type names: each payload
 * with its metadata as AES-256-GCM under the ring's first key, `encryption-key-id` beside it. Payloads that are not
 * encrypted pass decoding as they are, so that encryption can be switched on over running payments.
 *
 * @returns a codec; its `decode` rejects with KeyRingError `unknown-key` or `damaged`.
 */
export function encryptionCodec(ring: KeyRing): PayloadCodec {
  const encodeOne = (payload: Payload): Payload => {
    const plain = PayloadMessage.encode(PayloadMessage.create(payload)).finish();
    return {
      metadata: { [ENCODING]: bytes(ENCRYPTED), [KEY_ID]: bytes(ring.writes) },
      data: ring.encrypt(plain, additional(ring.writes)),
    };
  };
  const decodeOne = (payload: Payload): Payload => {
    if (text(payload.metadata?.[ENCODING]) !== ENCRYPTED) return payload;
    const keyId = text(payload.metadata?.[KEY_ID]);
    const plain = ring.decrypt(keyId, payload.data ?? new Uint8Array(), additional(keyId));
    const { metadata, data, externalPayloads } = PayloadMessage.decode(plain);
    return { metadata, data, ...(externalPayloads.length > 0 ? { externalPayloads } : {}) };
  };
  return {
    encode: async (payloads) => payloads.map(encodeOne),
    decode: async (payloads) => payloads.map(decodeOne),
  };
}
