import { CcvModel } from './ccv-model.ts';
import { FinlineModel } from './finline-model.ts';
import { PaymentOptionsModel } from './paymentoptions-model.ts';
import { PayoneModel } from './payone-model.ts';
import type { ProviderModel } from './provider-model.ts';
import type { Setting } from './setting.ts';
import { SwedbankPayModel } from './swedbankpay-model.ts';

/** The provider of a life. @param reference - our own of the authorisation. */
export function modelOf(setting: Setting, reference: string): ProviderModel {
  switch (setting.provider) {
    case 'payone':
      return new PayoneModel(setting, reference);
    case 'swedbankpay':
      return new SwedbankPayModel(setting);
    case 'ccv':
      return new CcvModel(setting);
    case 'paymentoptions':
      return new PaymentOptionsModel(setting);
    case 'finline':
      return new FinlineModel(setting, reference);
  }
}
