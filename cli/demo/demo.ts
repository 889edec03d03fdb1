import { onceOrphaned } from '../until-signal.ts';
import { DIRECT, playDirect } from './direct.ts';
import { NEIGHBOURS } from './neighbours.ts';
import { playNeighbour } from './play-neighbour.ts';
import { playStory } from './play.ts';
import { Progress } from './progress.ts';
import { judge } from './result.ts';
import { openStage } from './stage.ts';
import { STORIES } from './story.ts';
import { resultTable } from './table.ts';

/**
 * The main job on a real Temporal server against strict twins: seven orders at PAYONE and one at each other provider
 * side by side, lost answers, one refused release, one worker killed by SIGKILL; then the engine's ledgers beside the
 * twins' books.
 *
 * @param json - print one object as the last thing on stdout instead of the table
 * @returns the exit code: 0 only if every ledger agrees with the books and every rule of money holds
 */
export async function runDemo({ json }: { readonly json: boolean }): Promise<0 | 1> {
  const progress = new Progress();
  const stage = await openStage(progress);
  const interrupted = (): void => {
    void stage.close().finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const stopLooking = onceOrphaned(interrupted);
  try {
    progress.note(`${STORIES.length + 1 + NEIGHBOURS.length} orders begin`);
    const runs = [
      ...STORIES.map((story) => {
        const track = progress.track(story.id, story.scenario, story.steps.length);
        return { track, run: () => playStory(stage, story, progress, track) };
      }),
      (() => {
        const track = progress.track(DIRECT.id, DIRECT.scenario, 3);
        return { track, run: () => playDirect(stage, progress, track) };
      })(),
      ...NEIGHBOURS.map((neighbour) => {
        const track = progress.track(neighbour.id, neighbour.scenario, neighbour.steps);
        return { track, run: () => playNeighbour(stage, neighbour, progress, track) };
      }),
    ];
    const failures: string[] = [];
    await Promise.all(
      runs.map(async ({ track, run }) => {
        try {
          await run();
        } catch (error) {
          const text = error instanceof Error ? error.message : String(error);
          failures.push(text.startsWith(`${track.id}: `) ? text : `${track.id}: ${text}`);
          progress.update(track, text, { state: 'failed' });
        }
      }),
    );
    if (stage.restarts() === 0) failures.push('power-cut: no worker was killed');
    const result = await judge(stage, [...STORIES, DIRECT], NEIGHBOURS, failures);
    progress.end();
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : resultTable(result, process.stdout));
    return result.ok ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    stopLooking();
    await stage.close();
  }
}
