import { KeyRing } from '../../activities/key-ring.ts';

/** Committed on purpose: golden histories are read with it. It protects nothing. */
export const testKeyRing = (): KeyRing => new KeyRing([{ id: 'test', key: Buffer.alloc(32, 7) }]);
