import { workflowInfo } from '@temporalio/workflow';

/**
 * Whether it is time for a new run: never in the first task of a run, since an update that is answered in the task
 * that ends a run could be lost (temporalio/temporal#6375).
 *
 * @param born - the length of the history in the first task.
 * @param continueAfter - goes on as a new run after so many events. @default what the server suggests
 */
export function outgrown(born: number, continueAfter?: number): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  if (historyLength <= born) return false;
  return continueAsNewSuggested || (continueAfter !== undefined && historyLength >= continueAfter);
}
