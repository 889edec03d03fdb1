/** Problems as the platform answers them (provider notes B9): the type says what, an acquirer's refusal comes with 403. */

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly problems: readonly { readonly name: string; readonly description: string }[];
}

const PREFIX = 'https://api.payex.com/psp/errordetail/';

/** The status of each type, by its tail. */
const STATUS: Readonly<Record<string, number>> = {
  inputerror: 400,
  configurationerror: 403,
  forbidden: 403,
  notfound: 404,
  systemerror: 500,
  'creditcard/acquirererror': 403,
  'creditcard/acquirererrordonotretry': 403,
  'creditcard/acquirerinsufficientfunds': 403,
  'creditcard/acquirerinvalidamount': 403,
  'creditcard/acquirerpossiblefraud': 403,
  'creditcard/acquirercardexpired': 403,
  'creditcard/acquirercardstolen': 403,
  'creditcard/acquirercardblacklisted': 403,
  'creditcard/authenticationrequired': 403,
  'creditcard/3dsecureusercancelled': 403,
  'creditcard/carddeclined': 403,
  'creditcard/frauddetected': 403,
  'creditcard/dailylimitexceeded': 403,
  'creditcard/monthlylimitexceeded': 403,
  'creditcard/velocitycheck': 429,
  'creditcard/badrequest': 400,
  'creditcard/cardblacklisted': 400,
  'creditcard/internalservererror': 500,
  'creditcard/acquirergatewayerror': 502,
  'creditcard/badgateway': 502,
  'creditcard/acquirergatewaytimeout': 504,
  'creditaccount/AUTHORIZATIONEXPIRED': 403,
  'vipps/acquirer_insufficient_funds': 403,
  'vipps/bad_request': 500,
};

/**
 * @param tail a type without the prefix; one that is not known has the status 403
 * @param faults the fields that were wrong, with what is wrong
 */
export function problemOf(
  tail: string,
  detail = 'The operation was refused.',
  faults: readonly (readonly [name: string, description: string])[] = [],
  status = STATUS[tail] ?? 403,
): Problem {
  return {
    type: PREFIX + tail,
    title: `${tail.slice(tail.lastIndexOf('/') + 1)} (sandbox)`,
    status,
    detail,
    problems: faults.map(([name, description]) => ({ name, description })),
  };
}
