/**
 * Scripted answers. With `scripted` on (the default) the last five digits of the amount of a capture or reversal, of the
 * amount that a cancellation gives back, and the whole amount of an authorisation choose what happens.
 *
 * | last five digits | what happens |
 * | --- | --- |
 * | `76001`, `76002`, `76003` | Initialized: Completed, Failed after `settleMs`, until settled |
 * | `76011`, `76012`, `76013` | AwaitingActivity: the same ends |
 * | `76200` | 200 with a transaction that Failed |
 * | `76500`, `76502`, `76504` | systemerror 500, acquirergatewayerror 502, acquirergatewaytimeout 504 although it was booked |
 * | `77500`, `77502`, `77504` | the same, and nothing was booked |
 * | `77NNN` | refused with the type of row NNN of {@link REFUSALS} |
 *
 * | amount of an authorisation | what happens when the payer completes it |
 * | --- | --- |
 * | a key of {@link MAGIC} (provider notes B9) | the authorisation fails with that type |
 */

export type Verdict =
  | { kind: 'approve' }
  | { kind: 'refuse'; tail: string }
  | { kind: 'fail' }
  /** `ends` undefined: the admin decides. */
  | { kind: 'open'; state: 'Initialized' | 'AwaitingActivity'; ends: 'Completed' | 'Failed' | undefined }
  | { kind: 'without-outcome'; tail: string; booked: boolean };

const approve: Verdict = { kind: 'approve' };

export const REFUSALS: Readonly<Record<string, string>> = {
  '001': 'creditcard/acquirererror',
  '002': 'creditcard/acquirerinsufficientfunds',
  '003': 'creditcard/carddeclined',
  '004': 'creditcard/acquirererrordonotretry',
  '005': 'creditcard/badrequest',
  '006': 'inputerror',
  '007': 'creditcard/dailylimitexceeded',
  '008': 'creditcard/velocitycheck',
  '009': 'creditcard/acquirercardexpired',
  '010': 'configurationerror',
  '011': 'creditcard/authenticationrequired',
  '012': 'creditaccount/AUTHORIZATIONEXPIRED',
  '013': 'vipps/acquirer_insufficient_funds',
  '014': 'creditcard/notinanylist',
};

const WITHOUT_OUTCOME: Readonly<Record<string, string>> = {
  '500': 'systemerror',
  '502': 'creditcard/acquirergatewayerror',
  '504': 'creditcard/acquirergatewaytimeout',
};

const ENDS = { '1': 'Completed', '2': 'Failed', '3': undefined } as const;

/** What happens to a capture, cancellation or reversal. @param amount minor units */
export function scriptMovement(amount: number): Verdict {
  const digits = String(amount).padStart(5, '0').slice(-5);
  const family = digits.slice(0, 2);
  const rest = digits.slice(2);
  const lost = WITHOUT_OUTCOME[rest];
  if (family === '77') {
    const tail = REFUSALS[rest];
    if (lost !== undefined) return { kind: 'without-outcome', tail: lost, booked: false };
    return tail === undefined ? approve : { kind: 'refuse', tail };
  }
  if (family !== '76') return approve;
  if (lost !== undefined) return { kind: 'without-outcome', tail: lost, booked: true };
  if (rest === '200') return { kind: 'fail' };
  const [, away = '', end = ''] = /^0([01])([123])$/.exec(rest) ?? [];
  if (!(end in ENDS)) return approve;
  return {
    kind: 'open',
    state: away === '1' ? 'AwaitingActivity' : 'Initialized',
    ends: ENDS[end as keyof typeof ENDS],
  };
}

/** Amounts that fail in the step of the authorisation, minor units. Which type each gets is the twin's choice. */
export const MAGIC: Readonly<Record<number, string>> = {
  900_313: 'creditcard/acquirerinvalidamount',
  900_330: 'creditcard/acquirererror',
  900_334: 'creditcard/acquirerpossiblefraud',
  900_343: 'creditcard/acquirercardstolen',
  900_351: 'creditcard/acquirerinsufficientfunds',
  900_354: 'creditcard/acquirercardexpired',
  900_359: 'creditcard/acquirerpossiblefraud',
  900_361: 'creditcard/acquirerinsufficientfunds',
  900_362: 'creditcard/acquirercardblacklisted',
  900_391: 'creditcard/acquirergatewayerror',
  952_100: 'creditcard/dailylimitexceeded',
  952_400: 'creditcard/acquirererrordonotretry',
  952_507: 'creditcard/acquirererror',
};
