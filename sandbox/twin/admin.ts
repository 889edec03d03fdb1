/** The admin side that every twin has, under /admin/: faults, and refusals as answers. JSON both ways. */

import * as z from 'zod';
import type { AnyFault, Faults } from './faults.ts';

/** A refusal of the admin side: the request makes no sense as the books stand. */
export class AdminRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function demand(condition: boolean, message: string): void {
  if (!condition) throw new AdminRefusal(409, message);
}

/** What a twin of one provider adds. */
export interface AdminSide<One extends AnyFault> {
  readonly faults: Faults<One>;
  readonly faultOrder: z.ZodType<One>;
  /** @returns the answer's body; throws {@link AdminRefusal} or ZodError. @param path the segments behind /admin/, decoded */
  admin(method: string, path: readonly string[], body: unknown): unknown;
}

/** The parts of a path, decoded. @throws URIError when it is written wrong */
export const segmentsOf = (path: string): string[] => path.split('/').filter(Boolean).map(decodeURIComponent);

export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** @param path behind /admin/ @throws URIError when it is written wrong */
export async function answerAdmin<One extends AnyFault>(
  side: AdminSide<One>,
  method: string,
  path: string,
  body: unknown,
): Promise<AdminAnswer> {
  const segments = segmentsOf(path);
  try {
    if (segments.join('/') === 'faults') return { status: 200, body: faultsAnswer(side, method, body) };
    return { status: 200, body: (await side.admin(method, segments, body)) ?? {} };
  } catch (error) {
    if (error instanceof AdminRefusal) return { status: error.status, body: { error: error.message } };
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    throw error;
  }
}

function faultsAnswer<One extends AnyFault>(
  { faults, faultOrder }: AdminSide<One>,
  method: string,
  body: unknown,
): unknown {
  if (method === 'GET') return { faults: faults.list() };
  if (method === 'DELETE') {
    faults.clear();
    return { cleared: true };
  }
  if (method !== 'POST') throw new AdminRefusal(405, 'method');
  const fault = faultOrder.parse(body);
  demand(faults.add(fault), 'too many faults');
  return fault;
}
