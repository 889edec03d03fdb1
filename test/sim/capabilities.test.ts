/** The rule: what a life's provider can do is what its descriptor says, but for waits that lives have to cross. */
import { expect, it } from 'vitest';
import type { Capabilities } from '../../payment/capability.ts';
import { capabilitiesOf as ccv } from '../../providers/ccv/descriptor.ts';
import { capabilitiesOf as finline } from '../../providers/finline/descriptor.ts';
import { capabilitiesOf as paymentoptions } from '../../providers/paymentoptions/descriptor.ts';
import { capabilitiesOf as payone } from '../../providers/payone/descriptor.ts';
import { capabilitiesOf as swedbankpay } from '../../providers/swedbankpay/descriptor.ts';
import { capabilitiesOf } from '../../sim/capabilities.ts';
import { account as ccvAccount } from '../providers/ccv/calls.ts';
import { account as finlineAccount } from '../providers/finline/calls.ts';
import { account as paymentoptionsAccount } from '../providers/paymentoptions/calls.ts';
import { account as payoneAccount } from '../providers/payone/calls.ts';
import { account as swedbankpayAccount } from '../providers/swedbankpay/calls.ts';
import { settingOf } from './calls.ts';

function timeless({ timing, ...rest }: Capabilities): unknown {
  const { resendAfter, unknownAfter, lapseAfter, awaitUntil } = timing;
  return { ...rest, resendAfter, unknownAfter, lapseAfter, awaitUntil };
}

it.each([
  ['ccv', ccv(ccvAccount()), capabilitiesOf(settingOf('ccv', { blockFor: null }))],
  ['finline', finline(finlineAccount()), capabilitiesOf(settingOf('finline'))],
  ['paymentoptions', paymentoptions(paymentoptionsAccount()), capabilitiesOf(settingOf('paymentoptions'))],
  [
    'payone',
    payone(payoneAccount(), 'cc'),
    capabilitiesOf(
      settingOf('payone', { clearing: 'cc', sequenceMax: 127, gate: 'response', declineUsesNumber: false }),
    ),
  ],
  [
    'swedbankpay',
    swedbankpay(swedbankpayAccount()),
    capabilitiesOf(settingOf('swedbankpay', { digits: false })),
  ],
])('%s', (_name, declared, simulated) => {
  if (declared === null) throw new Error('not declared');
  expect(timeless(simulated)).toEqual(timeless(declared));
});
