/** What the clearing types have of their own (provider notes A2, A3, A5; seed 002 "Overview"). */

import type { Process } from './books.ts';

/** Types whose capture collects the money at once, so that the balance is 0 again: `paid` follows. */
export function collects(process: Process): boolean {
  return ['cc', 'wlt', 'elv', 'fnc'].includes(process.clearingtype);
}

/**
 * Whether capture 0 with `completed` and nothing captured is taken: where plug-ins trust it (card, wallet, financing)
 * and for the secured invoice; elsewhere 931.
 */
export function takesVoid(process: Process): boolean {
  return ['cc', 'wlt', 'fnc'].includes(process.clearingtype) || process.form.get('clearingsubtype') === 'POV';
}

/** Whether the customer is sent to another page first, whatever the script says. */
export function redirects(clearingtype: string | undefined): boolean {
  return clearingtype === 'sb' || clearingtype === 'wlt';
}
