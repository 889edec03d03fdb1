import { z } from 'zod';

const INSTANT = z.iso.datetime({ offset: true });

/** @returns milliseconds since the epoch; null for what is no instant of RFC 3339 with its offset. */
export const instantIn = (text: string): number | null =>
  INSTANT.safeParse(text).success ? Date.parse(text) : null;
