import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { type WorkflowBundle, webpackConfigHook } from '../../temporal/bundle.ts';
import { failureConverterPath } from '../../temporal/data-converter.ts';

const workflowsPath = fileURLToPath(new URL('../floor-workflow.ts', import.meta.url));

/** The floor, bundled as the engine is; `remove` takes the file away again. */
export async function floorBundle(): Promise<WorkflowBundle & { remove(): void }> {
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath,
    webpackConfigHook,
    logger,
  });
  const folder = mkdtempSync(join(tmpdir(), 'tranche-bench-'));
  const codePath = join(folder, 'floor.js');
  writeFileSync(codePath, code);
  return { codePath, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
