/**
 * Named places at which a test lets a worker die, as a power cut would: without a last word to the server.
 * Without `TRANCHE_TEST_FAULTS=1` none of them does anything.
 */
export const CRASH_POINTS = ['before-send', 'after-send', 'after-answer'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Asked at each point of each call; does not return where the process ends. */
export type CrashPlan = (
  point: CrashPoint,
  call: { readonly operation: string; readonly attempt: number },
) => void;

/**
 * @param env - `TRANCHE_CRASH_AT` names the point, `TRANCHE_CRASH_OPERATION` the operation; only its first attempt
 *   dies, so that a worker started again with the same environment comes through.
 */
export function crashPlan(
  env: Readonly<Record<string, string | undefined>>,
  die: () => void = () => process.kill(process.pid, 'SIGKILL'),
): CrashPlan {
  const at = env['TRANCHE_CRASH_AT'];
  const operation = env['TRANCHE_CRASH_OPERATION'];
  if (env['TRANCHE_TEST_FAULTS'] !== '1' || at === undefined || operation === undefined)
    return () => undefined;
  return (point, call) => {
    if (point === at && call.operation === operation && call.attempt === 1) die();
  };
}
