import { PaymentError } from '../../temporal/payment-error.ts';
import type { Bundle, RunHistory } from '../bundle.ts';
import { type Exported, exportPayment, type Origin } from '../export.ts';
import { signatureOf } from '../signature.ts';
import { keptRun } from './keep-runs.ts';
import type { ArchiveAtHand } from './open-archive.ts';

/**
 * The bundle of a payment out of Temporal, with the archive's word for the runs that Temporal has forgotten; where it has
 * forgotten all of them, as the archive keeps it.
 *
 * @throws PaymentError `not-found`; NoTrace, KeyRingError, and the archive's own error where it is needed and does not answer.
 */
export async function archivedBundle(
  origin: Origin,
  archive: ArchiveAtHand,
  payment: string,
): Promise<Exported> {
  const kept = async (run: string): Promise<RunHistory | null> => {
    const there = await archive.openThere();
    return there === null ? null : keptRun(there, run);
  };
  try {
    return await exportPayment({ ...origin, kept }, payment);
  } catch (error) {
    if (!(error instanceof PaymentError) || error.code !== 'not-found') throw error;
    const there = await archive.openThere();
    const hash = (await there?.bundleEntry(payment))?.hash ?? null;
    const bundle = hash === null ? null : ((await there?.get(hash)) as Bundle | null);
    if (bundle === null) throw error;
    const { privateKey } = origin;
    const signature = privateKey === undefined ? {} : { signature: signatureOf(bundle.digests, privateKey) };
    return { bundle: { ...bundle, ...signature }, differences: [] };
  }
}
