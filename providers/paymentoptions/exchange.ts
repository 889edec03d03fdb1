import type { Exchange } from '../../payment/outcome.ts';
import { exchangeOf as recordOf, type Said, type Secrets } from '../rest/exchange.ts';
import type { PaymentOptionsAccount } from './account.ts';

/** Answers carry the whole card number and persons (provider notes 2.4): `card` and the addresses go as a whole. */
const NAMES =
  /^(?:card|number|cvc|cvv|exp(?:iry)?_(?:month|year)|(?:billing|shipping)_(?:details|address)|customer.*|.*email.*)$/i;
/** A shorter text stands in too many innocent ones. */
const SHORTEST = 6;

export const secretsOf = ({ authorization, apiKey }: PaymentOptionsAccount): Secrets => ({
  names: NAMES,
  texts: [authorization, authorization.replace(/^\S+ /, ''), apiKey].filter(
    (text) => text.length >= SHORTEST,
  ),
});

/** The record of one call. Headers carry the credentials and are not kept. */
export const exchangeOf = (account: PaymentOptionsAccount, said: Said): Exchange =>
  recordOf(said, secretsOf(account));
