/** The file that `tranche dev` leaves is believed only while that very process lives. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeDevFile, runningDev, writeDevFile } from '../../cli/dev-file.ts';

test('another process of the same number is not taken for it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tranche-dev-file-'));
  const file = join(folder, 'dev.json');
  try {
    writeDevFile(folder, {
      url: 'http://127.0.0.1:8080',
      token: 'dev-token',
      address: '127.0.0.1:7233',
      namespace: 'default',
      taskQueue: 'tranche',
      keyId: 'dev',
      sandboxes: {},
      configFile: null,
      configuration: {},
    });
    expect(runningDev(folder)).toMatchObject({ pid: process.pid, token: 'dev-token' });

    const written = readFileSync(file, 'utf8');
    const left = { ...(JSON.parse(written) as object), birth: 'an earlier boot 17' };
    writeFileSync(file, JSON.stringify(left));
    expect(runningDev(folder)).toBeNull();

    writeFileSync(file, written);
    removeDevFile(folder);
    expect(runningDev(folder)).toBeNull();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
