import { gunzipSync, gzipSync } from 'node:zlib';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { type KeyRing, KeyRingError } from '../activities/key-ring.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** The words that Temporal's other tools know an encrypted payload by. */
const ENCODING = 'encoding';
const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
/** Present where the payload was compressed before it was encrypted. */
const COMPRESSION = 'encryption-compression';
const GZIP = 'gzip';

/** Below this, compressing costs more time than it saves bytes. */
const SMALLEST_COMPRESSED = 1024;
/** Far above what the server takes in one payload (2 MiB by default), and no way to fill a worker's memory. */
const MOST_DECOMPRESSED = 64 * 1024 * 1024;

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const text = (data: Uint8Array | null | undefined): string => Buffer.from(data ?? []).toString('utf8');

/** The metadata is authenticated with the payload, so that none of it can be swapped unseen. */
const additional = (keyId: string, compression: string): Uint8Array =>
  bytes(compression === '' ? `${ENCRYPTED}:${keyId}` : `${ENCRYPTED}:${keyId}:${compression}`);

/**
 * Encrypts everything that leaves for the Temporal server but ids, search attributes and type names: each payload
 * with its metadata as AES-256-GCM under the ring's first key, `encryption-key-id` beside it. Payloads above 1 KiB that
 * get smaller are gzipped first and marked `encryption-compression: gzip`, since the server bounds what one payload and
 * one run may hold. Payloads that are not encrypted pass decoding as they are, so that encryption can be switched on
 * over running payments.
 *
 * @returns a codec; its `decode` rejects with KeyRingError `unknown-key` or `damaged`.
 */
export function encryptionCodec(ring: KeyRing): PayloadCodec {
  const encodeOne = (payload: Payload): Payload => {
    const plain = PayloadMessage.encode(PayloadMessage.create(payload)).finish();
    const packed = plain.length > SMALLEST_COMPRESSED ? gzipSync(plain) : plain;
    const compression = packed.length < plain.length ? GZIP : '';
    return {
      metadata: {
        [ENCODING]: bytes(ENCRYPTED),
        [KEY_ID]: bytes(ring.writes),
        ...(compression === '' ? {} : { [COMPRESSION]: bytes(compression) }),
      },
      data: ring.encrypt(compression === '' ? plain : packed, additional(ring.writes, compression)),
    };
  };
  const decodeOne = (payload: Payload): Payload => {
    if (text(payload.metadata?.[ENCODING]) !== ENCRYPTED) return payload;
    const keyId = text(payload.metadata?.[KEY_ID]);
    const compression = text(payload.metadata?.[COMPRESSION]);
    const opened = ring.decrypt(keyId, payload.data ?? new Uint8Array(), additional(keyId, compression));
    const plain = compression === '' ? opened : unpacked(opened, compression, keyId);
    const { metadata, data, externalPayloads } = PayloadMessage.decode(plain);
    return { metadata, data, ...(externalPayloads.length > 0 ? { externalPayloads } : {}) };
  };
  return {
    encode: async (payloads) => payloads.map(encodeOne),
    decode: async (payloads) => payloads.map(decodeOne),
  };
}

function unpacked(data: Uint8Array, compression: string, keyId: string): Uint8Array {
  if (compression !== GZIP)
    throw new KeyRingError('damaged', 'compressed in a way that this version does not know', keyId);
  try {
    return gunzipSync(data, { maxOutputLength: MOST_DECOMPRESSED });
  } catch {
    throw new KeyRingError('damaged', 'does not decompress, or to more than 64 MiB', keyId);
  }
}
