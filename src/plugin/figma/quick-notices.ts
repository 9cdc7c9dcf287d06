import type { EmptyReason } from '../../shared/host-contract.ts';

/** Menu commands that run without a window. */
export type QuickCommand = 'subject' | 'repeat';

export interface QuickOutcome {
  count: number;
  placedCount: number;
  isCancelled: boolean;
  failures: readonly { layerName: string; message: string }[];
  /** Images whose subject was cut out in place of what the clicks of another image mean. */
  substituteCount: number;
  /** Selected images that were too many. */
  omittedCount: number;
}

const NAMES: Record<QuickCommand, string> = {
  subject: 'Remove background',
  repeat: 'Repeat last cutout',
};

const EMPTY: Record<EmptyReason, string> = {
  'nothing-selected': 'Select layers with images',
  'no-image': 'Nothing selected has an image. Select photos',
  hidden: 'What is selected is hidden. Show it',
  'mixed-fills': 'This layer has several fills. Give it one image',
};

/** What figma.notify shows: at most 100 characters, the important first. */
export const quickNotices = {
  nothingToCut: (command: QuickCommand, reason: EmptyReason | null) =>
    `${EMPTY[reason ?? 'nothing-selected']}, then choose ${NAMES[command]} again.`,
  notEditable: 'This file cannot be edited. Ask for edit access, or duplicate it to your drafts.',
  nothingToRepeat: 'There is no cutout to repeat yet. Cut an object out first.',
  running(command: QuickCommand, doneCount: number, count: number, layerName: string): string {
    const what = command === 'subject' ? 'Removing background' : 'Repeating the cutout';
    const place = count === 1 ? '' : `, ${doneCount + 1} of ${count}`;
    return `${what}${place}: ${shortened(layerName, 40)}`;
  },
  outcome(command: QuickCommand, outcome: QuickOutcome): string {
    const { count, placedCount, isCancelled, failures, substituteCount, omittedCount } = outcome;
    const [first] = failures;
    const noun = command === 'subject' ? 'background' : 'cutout';
    const done = command === 'subject' ? 'removed' : 'made';
    const share = placedCount === count ? `${count}` : `${placedCount} of ${count}`;
    const sentences = [
      `${isCancelled ? 'Stopped: ' : ''}${share} ${noun}${count === 1 ? '' : 's'} ${done}.`,
      first ? `${shortened(first.layerName, 20)}: ${first.message}` : '',
      substituteCount > 0 ? `${substituteCount} by subject: the clicks belong to another image.` : '',
      omittedCount > 0 ? `${omittedCount} more were left out.` : '',
    ];
    return shortened(sentences.filter(Boolean).join(' '), 100);
  },
};

export function shortened(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}
