import type { Line } from '../../payment/line.ts';
import type { Item } from '../../payment/split.ts';

/** What happens to one order of the demo, told in steps that a person can follow. */
export interface Story {
  readonly id: string;
  readonly scenario: string;
  readonly lines: readonly Line[];
  /** Which of the demo's accounts it runs at; `brief` lets a hold expire within seconds. */
  readonly account: 'shop' | 'brief';
  readonly steps: readonly StoryStep[];
}

export type StoryStep =
  | { readonly does: 'ship'; readonly shipment: string; readonly items: readonly Item[] }
  | { readonly does: 'cancel'; readonly item: Item }
  | { readonly does: 'return'; readonly id: string; readonly shipment: string; readonly item: Item }
  /** The provider books this number and its answer never arrives. */
  | { readonly does: 'lose-answer'; readonly sequenceNumber: number }
  /** Waits until the rest of the hold is no longer held. */
  | { readonly does: 'wait-for-lapse' };

const EUR = (value: number) => ({ value, currency: 'EUR' });
const goods = (id: string, description: string, quantity: number, price: number): Line => ({
  id,
  description,
  quantity,
  unitPrice: EUR(price),
  vatRate: 1900,
});
const shipping: Line = {
  id: 'shipping',
  type: 'shipment',
  description: 'Parcel',
  quantity: 1,
  unitPrice: EUR(490),
  vatRate: 1900,
};

/** Orders that the order workflow drives; two more are driven over HTTP by hand (see `direct.ts`). */
export const STORIES: readonly Story[] = [
  {
    id: 'three-parcels',
    scenario: '1: three shipments, the last capture completes',
    account: 'shop',
    lines: [
      goods('tea', 'Tea, 100 g', 3, 1290),
      goods('mug', 'Mug', 2, 950),
      goods('kettle', 'Kettle', 1, 4500),
      shipping,
      { id: 'welcome', type: 'voucher', description: 'Welcome voucher', quantity: 1, unitPrice: EUR(-500) },
    ],
    steps: [
      { does: 'ship', shipment: 'parcel-1', items: [{ line: 'tea', quantity: 2 }] },
      {
        does: 'ship',
        shipment: 'parcel-2',
        items: [
          { line: 'mug', quantity: 2 },
          { line: 'tea', quantity: 1 },
        ],
      },
      { does: 'ship', shipment: 'parcel-3', items: [{ line: 'kettle', quantity: 1 }] },
    ],
  },
  {
    id: 'lost-answer',
    scenario: '2: the answer of capture 2 is lost after booking',
    account: 'shop',
    lines: [goods('chair', 'Chair', 4, 8900), shipping],
    steps: [
      { does: 'lose-answer', sequenceNumber: 2 },
      { does: 'ship', shipment: 'chairs-1', items: [{ line: 'chair', quantity: 2 }] },
      { does: 'ship', shipment: 'chairs-2', items: [{ line: 'chair', quantity: 1 }] },
      { does: 'ship', shipment: 'chairs-3', items: [{ line: 'chair', quantity: 1 }] },
    ],
  },
  {
    id: 'cancelled-early',
    scenario: '3a: a line is cancelled, the last capture frees the rest',
    account: 'shop',
    lines: [
      goods('lamp', 'Lamp', 1, 3900),
      goods('bulb', 'Bulb', 4, 450),
      goods('shade', 'Shade', 1, 2100),
      shipping,
    ],
    steps: [
      { does: 'ship', shipment: 'lamp-1', items: [{ line: 'lamp', quantity: 1 }] },
      { does: 'cancel', item: { line: 'shade', quantity: 1 } },
      { does: 'ship', shipment: 'lamp-2', items: [{ line: 'bulb', quantity: 4 }] },
    ],
  },
  {
    id: 'cancelled-late',
    scenario: '3b: cancelled after the last capture: 935, the rest lapses',
    account: 'brief',
    lines: [goods('desk', 'Desk', 1, 24900), goods('drawer', 'Drawer', 1, 5900), shipping],
    steps: [
      { does: 'ship', shipment: 'desk-1', items: [{ line: 'desk', quantity: 1 }] },
      { does: 'cancel', item: { line: 'drawer', quantity: 1 } },
      { does: 'wait-for-lapse' },
    ],
  },
  {
    id: 'power-cut',
    scenario: '4: the worker is killed between answer and record',
    account: 'shop',
    lines: [goods('radio', 'Radio', 2, 7900), shipping],
    steps: [
      { does: 'ship', shipment: 'power-cut', items: [{ line: 'radio', quantity: 1 }] },
      { does: 'ship', shipment: 'radio-2', items: [{ line: 'radio', quantity: 1 }] },
    ],
  },
  {
    id: 'sent-back',
    scenario: '6: one line is sent back and refunded',
    account: 'shop',
    lines: [goods('coat', 'Coat', 1, 12900), goods('scarf', 'Scarf', 2, 1900), shipping],
    steps: [
      {
        does: 'ship',
        shipment: 'winter-1',
        items: [
          { line: 'coat', quantity: 1 },
          { line: 'scarf', quantity: 2 },
        ],
      },
      { does: 'return', id: 'back-1', shipment: 'winter-1', item: { line: 'scarf', quantity: 1 } },
    ],
  },
];
