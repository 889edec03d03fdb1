import type { Refusal } from '../provider.ts';
import type { RequestBody } from './wire.ts';

/** A body with the reference that it carries, or the first thing that keeps the call from going. */
export type Draft =
  | { readonly refusal: null; readonly body: RequestBody; readonly payeeReference: string }
  | { readonly refusal: Refusal };
