/** What the workflow bundle holds: the names here are the workflow types on the server. */
import type { WorkflowDefinitionOptions } from '@temporalio/common';
import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { archive } from './archive.ts';
import { counter } from './counter.ts';
import { inbox } from './inbox.ts';
import { sweep } from './sweep.ts';
import { terminal } from './terminal.ts';
import { webhook } from './webhook.ts';

export { fulfilment } from './fulfilment.ts';
export { payment } from './payment.ts';
export { archive, counter, inbox, sweep, terminal, webhook };

/** A worker that is not versioned must name no behaviour: the server refuses its tasks. */
const followsCurrent = (): WorkflowDefinitionOptions =>
  (workflowInfo().currentDeploymentVersion?.deploymentName ?? '') === ''
    ? {}
    : { versioningBehavior: 'AUTO_UPGRADE' };

// They outlive every version of a worker, or begin anew with each: where payments are pinned, these are not.
setWorkflowOptions(followsCurrent, archive);
setWorkflowOptions(followsCurrent, counter);
setWorkflowOptions(followsCurrent, inbox);
setWorkflowOptions(followsCurrent, sweep);
setWorkflowOptions(followsCurrent, terminal);
setWorkflowOptions(followsCurrent, webhook);
