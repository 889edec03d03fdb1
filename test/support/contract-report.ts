/**
 * The end of a conformance run: it is written to the folder that TRANCHE_CONFORMANCE names, and compared with
 * docs/conformance.md where it names none.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cellsOf, type Column, shownCell } from './contract-matrix.ts';

const PAGE = join(import.meta.dirname, '../../docs/conformance.md');

/** @param name - of the file; unique among the runs. */
export function report(name: string, column: Column): void {
  const folder = process.env['TRANCHE_CONFORMANCE'];
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(column));
    return;
  }
  const shown = cellsOf(readFileSync(PAGE, 'utf8'), column.title);
  const mine = Object.entries(column.cells).map(([id, text]) => [id, shownCell(text)] as const);
  const differ = mine
    .filter(([id, text]) => shown[id] !== text)
    .map(([id, text]) => `${id}: ${text}; the page says ${shown[id] ?? 'nothing'}`);
  expect(differ, 'docs/conformance.md is not what ran: node test/support/conformance-main.ts').toEqual([]);
}
