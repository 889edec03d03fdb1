import { getExternalWorkflowHandle, log, type SignalDefinition } from '@temporalio/workflow';

/**
 * Hands a word to a payment.
 *
 * @returns false where the payment has ended or there is none. It throws nothing.
 */
export async function reached<Word>(
  payment: string,
  signal: SignalDefinition<[Word]>,
  word: Word,
): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(`payment/${payment}`).signal(signal, word);
    return true;
  } catch (error) {
    log.warn('a payment could not be reached', { payment, signal: signal.name, error });
    return false;
  }
}
