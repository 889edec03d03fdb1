import { checkLines, type Line, lineType } from '../../payment/line.ts';
import type { Refusal } from '../provider.ts';
import { type Field, present } from './field.ts';

const compact = (date: string | undefined): string | undefined => date?.replaceAll('-', '');

/** Lines as PAYONE's item arrays, numbered from 1 (seed 002). Paths are the caller's, numbered from 0. */
export const itemFields = (lines: readonly Line[], at = ''): Field[] =>
  lines.flatMap((line, index) => {
    const n = index + 1;
    const path = `${at}lines[${index}]`;
    return present([
      [`it[${n}]`, lineType(line), `${path}.type`],
      [`id[${n}]`, line.id, `${path}.id`],
      [`pr[${n}]`, line.unitPrice.value, `${path}.unitPrice.value`],
      [`no[${n}]`, line.quantity, `${path}.quantity`],
      [`de[${n}]`, line.description, `${path}.description`],
      [`va[${n}]`, line.vatRate ?? 0, `${path}.vatRate`],
      [`sd[${n}]`, compact(line.deliveryDate), `${path}.deliveryDate`],
      [`ed[${n}]`, compact(line.deliveryEndDate), `${path}.deliveryEndDate`],
    ]);
  });

/** Checks lines against the amount that they stand for (`lines-sum`) and against the contract of a line. */
export function faultInLines(
  lines: readonly Line[] | undefined,
  amount: number,
  currency: string,
  at = '',
): Refusal | null {
  if (lines === undefined) return null;
  const refusal = checkLines(lines, amount, currency);
  return refusal === null ? null : { path: `${at}${refusal.path}`, message: refusal.message };
}
