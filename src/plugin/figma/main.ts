import { Channel } from '../../shared/channel.ts';
import { EMPTY_CONTRACT } from '../../shared/contract.ts';
import { HOST_CONTRACT } from '../../shared/host-contract.ts';
import { followSelection } from './follow-selection.ts';
import { hostHandlers } from './host-handlers.ts';
import { removeAllTemporary } from './temporary-nodes.ts';
import { openUi } from './ui-window.ts';
import { createUiPort } from './ui-port.ts';

openUi();
const channel = new Channel(createUiPort(), HOST_CONTRACT, hostHandlers, EMPTY_CONTRACT);
followSelection((selection) => channel.emit('selectionChanged', selection));
figma.on('close', () => {
  removeAllTemporary();
  channel.close();
});
