import { CancelSource } from '../../shared/cancellation.ts';
import type { Channel } from '../../shared/channel.ts';
import { cancelled, toTinyCutError } from '../../shared/errors.ts';
import type { HostContract, RepeatedCutout, Selection } from '../../shared/host-contract.ts';
import type { UiContract } from '../../shared/ui-contract.ts';
import { connectUi } from './connect-ui.ts';
import { isFileEditable } from './edit-access.ts';
import { followSelection } from './follow-selection.ts';
import { hostHandlers } from './host-handlers.ts';
import { keepLastCutout, readLastCutout } from './last-cutout.ts';
import { placeOutput } from './place-output.ts';
import { ProgressNotice } from './progress-notice.ts';
import { quickNotices, type QuickCommand, type QuickOutcome } from './quick-notices.ts';
import { readSelection } from './read-selection.ts';
import { openUi } from './ui-window.ts';

type UiChannel = Channel<HostContract, UiContract>;

/** Time to read the summary and to press its button. */
const SUMMARY_MS = 10_000;

export function isQuickCommand(command: string): command is QuickCommand {
  return command === 'subject' || command === 'repeat';
}

/**
 * Cuts each selected image without showing the window: the engine runs in it, hidden. Progress and summary are
 * notifications; *Cancel* stops before the next result is placed. Each result is an undo step. The plugin ends by itself,
 * but for failures, whose summary leaves a while to look at them in the window.
 */
export async function runQuickAction(command: QuickCommand): Promise<void> {
  const selection = readSelection();
  if (selection.images.length === 0) {
    return figma.closePlugin(quickNotices.nothingToCut(command, selection.emptyReason));
  }
  // Before minutes of work whose results could not be placed.
  if (!isFileEditable()) return figma.closePlugin(quickNotices.notEditable);
  const repeated = command === 'repeat' ? await readLastCutout() : null;
  if (command === 'repeat' && !repeated) return figma.closePlugin(quickNotices.nothingToRepeat);
  const { outcome, channel } = await cutAll(command, selection, repeated);
  sumUp(command, outcome, channel);
}

async function cutAll(
  command: QuickCommand,
  { images, omittedCount }: Selection,
  repeated: RepeatedCutout | null,
): Promise<{ outcome: QuickOutcome; channel: UiChannel }> {
  const cancel = new CancelSource();
  const initialIds = figma.currentPage.selection.map(({ id }) => id);
  const placedIds: string[] = [];
  let isOver = false;
  let placing: Promise<unknown> = Promise.resolve();
  openUi({ isVisible: false });
  const channel = connectUi({
    ...hostHandlers,
    getStartTask: () => ({ task: 'batch' }),
    placeOutput(request, context) {
      // In the window that *Show* opens, results are placed as ever.
      if (isOver) return hostHandlers.placeOutput(request, context);
      if (cancel.signal.aborted) throw cancelled();
      const placed = placeOutput(request, { initialIds, placedIds }).then(async (result) => {
        placedIds.push(result.nodeIds[0] as string);
        if (command === 'subject') await keepLastCutout(request);
        return result;
      });
      placing = placed.then(undefined, () => undefined);
      return placed;
    },
  });
  const notice = new ProgressNotice(() => cancel.abort());
  const show = (doneCount: number, layerName: string) =>
    notice.show(quickNotices.running(command, doneCount, images.length, layerName));
  let failures: QuickOutcome['failures'] = [];
  let substituteCount = 0;
  show(0, images[0]?.name ?? '');
  try {
    const result = await channel.call(
      'removeBackgrounds',
      { layers: images, ...(repeated && { repeated }) },
      { signal: cancel.signal, onProgress: ({ doneCount, layerName }) => show(doneCount, layerName) },
    );
    ({ failures, substituteCount } = result);
  } catch (thrown) {
    const { code, message } = toTinyCutError(thrown);
    if (code !== 'cancelled') failures = [{ layerName: 'TinyCut', message }];
  }
  notice.hide();
  // What is being placed already is placed, and counted.
  await placing;
  isOver = true;
  const { length: placedCount } = placedIds;
  const isCancelled = cancel.signal.aborted;
  const outcome = { count: images.length, placedCount, isCancelled, failures, substituteCount, omittedCount };
  return { outcome, channel };
}

function sumUp(command: QuickCommand, outcome: QuickOutcome, channel: UiChannel): void {
  const summary = quickNotices.outcome(command, outcome);
  if (outcome.failures.length === 0) return figma.closePlugin(summary);
  let isShown = false;
  const closeUnlessShown = () => {
    if (!isShown) figma.closePlugin();
  };
  figma.notify(summary, {
    error: true,
    timeout: SUMMARY_MS,
    button: {
      text: 'Show',
      action() {
        isShown = true;
        clearTimeout(timer);
        figma.ui.show();
        followSelection((selection) => channel.emit('selectionChanged', selection));
      },
    },
    onDequeue: closeUnlessShown,
  });
  // Whatever becomes of the notification, a plugin that nobody sees must not stay.
  const timer = setTimeout(closeUnlessShown, 2 * SUMMARY_MS);
}
