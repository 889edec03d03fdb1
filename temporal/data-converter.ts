import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { KeyRing } from '../activities/key-ring.ts';
import { encryptionCodec } from './codec.ts';

/** For the bundler, which takes the path alone. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.ts', import.meta.url));

/** What clients, workers and replays of one installation share; a bundle needs {@link failureConverterPath} as well. */
export function dataConverter(keyRing: KeyRing): DataConverter {
  return { failureConverterPath, payloadCodecs: [encryptionCodec(keyRing)] };
}
