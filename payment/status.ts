/** The ten statuses of a payment, in the order of the table that decides them (first row that fits). */
export const STATUSES = [
  'authorizing',
  'awaiting',
  'declined',
  'locked',
  'lapsing',
  'partially_captured',
  'authorized',
  'captured',
  'expired',
  'released',
] as const;
export type Status = (typeof STATUSES)[number];
