/** What the provider knows a hold by, in the shape used when adopting (PAYONE: txid, clearingtype). Secret values stand here sealed. */
export type HoldReference = Readonly<Record<string, string | number>>;
