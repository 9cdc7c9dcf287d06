import { toTinyCutError } from '../../shared/errors.ts';
import { connectUi } from './connect-ui.ts';
import { followSelection } from './follow-selection.ts';
import { hostHandlers } from './host-handlers.ts';
import { isQuickCommand, runQuickAction } from './quick-action.ts';
import { openUi } from './ui-window.ts';

const { command } = figma;
if (isQuickCommand(command)) {
  runQuickAction(command).catch((thrown: unknown) => {
    figma.closePlugin(`TinyCut stopped: ${toTinyCutError(thrown).message}`);
  });
} else {
  openUi();
  const channel = connectUi(hostHandlers);
  followSelection((selection) => channel.emit('selectionChanged', selection));
}
