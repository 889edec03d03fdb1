import type { Exchange } from '../../payment/outcome.ts';
import { exchangeOf as recordOf, type Said, type Secrets } from '../rest/exchange.ts';
import type { FinlineAccount } from './account.ts';

const NAMES =
  /^(?:cc_token|cc_mask|cc_number|card_.*|exp_(?:month|year)|customer_.*|payload|user_action_url|redirect_url|signature)$/i;
/** A shorter text stands in too many innocent ones. */
const SHORTEST = 6;

/** What no record of this account may show: its credentials signed and sent, tokens, persons, addresses with a session. */
export const secretsOf = ({ apiKey, apiSecret, endpointKey }: FinlineAccount): Secrets => ({
  names: NAMES,
  texts: [apiSecret, endpointKey, apiKey].filter((text) => text.length >= SHORTEST),
});

/** The record of one call. Headers carry the credentials and are not kept. */
export const exchangeOf = (account: FinlineAccount, said: Said): Exchange =>
  recordOf(said, secretsOf(account));
