import type { Selection } from '../../shared/host-contract.ts';
import { readSelection } from './read-selection.ts';

/** Dragging a marquee changes the selection many times a second; only the last one of a burst matters. */
const SETTLE_MS = 60;

/** Reports the selection whenever it changes, and when the user goes to another page. */
export function followSelection(report: (selection: Selection) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const schedule = () => {
    if (timer !== undefined) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      report(readSelection());
    }, SETTLE_MS);
  };
  figma.on('selectionchange', schedule);
  figma.on('currentpagechange', schedule);
}
