import type { AuthoriseCall } from '../../payment/call.ts';
import { checkLines } from '../../payment/line.ts';
import type { Refusal } from '../provider.ts';
import { LANGUAGES, type SwedbankPayAccount } from './account.ts';
import { CURRENCIES, METHOD } from './descriptor.ts';
import type { Draft } from './draft.ts';
import { faultInNames, faultInText, faultInVat, named, vatOf } from './limits.ts';

/** Where the request stands in the body that creates a payment. */
const AT = 'authorization.request';

/** Texts that a card payment takes, with their longest lengths (provider notes B3; 50 where none is named). */
const PAYEE = { payeeName: 50, productCategory: 50, orderReference: 50, subsite: 40 } as const;
const TEXTS: Readonly<Record<string, number>> = { ...PAYEE, payerReference: 50, userAgent: 1_000 };

const refused = (path: string, message: string): Draft => ({ refusal: { path, message } });

/**
 * A payment whose payer gives the card on Swedbank Pay's own page; nothing is held before that (provider notes B3). No
 * card data are taken here, and no data of the payer but a reference: personal data have no place in it.
 */
export function purchaseDraft(
  call: AuthoriseCall,
  account: SwedbankPayAccount,
  payeeReference: string,
): Draft {
  const { request, amount, currency } = call;
  if (request.method !== METHOD) return refused(`${AT}.method`, `is ${METHOD}`);
  if (account.payeeId === undefined) return refused(AT, 'the account has no payeeId, so it can only adopt');
  if (!CURRENCIES.includes(currency)) return refused('amount.currency', `is one of ${CURRENCIES.join(', ')}`);
  const lines = request.lines === undefined ? null : checkLines(request.lines, amount, currency);
  if (lines !== null) return refused(`${AT}.${lines.path}`, lines.message);

  const given = request.options ?? {};
  const { vatAmount = vatOf(request.lines ?? []), language = account.language, ...texts } = given;
  const { success = '', back, error } = request.returnUrls ?? {};
  const cancelUrl = back ?? error;
  const refusal =
    faultInUrls(request.returnUrls ?? {}) ??
    faultInTexts(texts) ??
    faultInText(request.description, `${AT}.description`) ??
    faultInVat(vatAmount, amount, `${AT}.options.vatAmount`) ??
    faultInNames(request.customer ?? {}, `${AT}.customer`);
  if (refusal !== null) return { refusal };
  const spoken = LANGUAGES.find((known) => known === language);
  if (spoken === undefined) return refused(`${AT}.options.language`, `is one of ${LANGUAGES.join(', ')}`);
  const text = (name: string): Record<string, string> => {
    const value = texts[name];
    return typeof value === 'string' ? { [name]: value } : {};
  };
  return {
    refusal: null,
    payeeReference,
    body: {
      payment: {
        operation: 'Purchase',
        intent: 'Authorization',
        currency,
        prices: [{ type: 'CreditCard', amount, vatAmount: Number(vatAmount) }],
        description: request.description ?? named('Payment', call.payment),
        userAgent: text('userAgent')['userAgent'] ?? 'Tranche',
        language: spoken,
        ...text('payerReference'),
        urls: {
          completeUrl: success,
          ...(cancelUrl === undefined ? {} : { cancelUrl }),
          ...(account.callbackUrl === undefined ? {} : { callbackUrl: account.callbackUrl }),
        },
        payeeInfo: {
          payeeId: account.payeeId,
          payeeReference,
          ...(account.payeeName === undefined ? {} : { payeeName: account.payeeName }),
          ...Object.assign({}, ...Object.keys(PAYEE).map(text)),
        },
      },
    },
  };
}

function faultInUrls(urls: NonNullable<AuthoriseCall['request']['returnUrls']>): Refusal | null {
  const at = `${AT}.returnUrls`;
  if (urls.success === undefined)
    return { path: `${at}.success`, message: 'is where the payer comes back to' };
  const web = (url: string): boolean => /^https?:\/\//i.test(url) && URL.canParse(url);
  const wrong = Object.entries(urls).find(([, url]) => url !== undefined && !web(url));
  return wrong === undefined ? null : { path: `${at}.${wrong[0]}`, message: 'is an http or https address' };
}

function faultInTexts(texts: Readonly<Record<string, unknown>>): Refusal | null {
  for (const [name, value] of Object.entries(texts)) {
    const path = `${AT}.options.${name}`;
    const most = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
    if (most === undefined) return { path, message: `${name} is not taken` };
    const fault = faultInText(value, path, most);
    if (fault !== null) return fault;
  }
  return null;
}
