import { Channel, type Handlers } from '../../shared/channel.ts';
import { HOST_CONTRACT, type HostContract } from '../../shared/host-contract.ts';
import { UI_CONTRACT, type UiContract } from '../../shared/ui-contract.ts';
import { removeAllTemporary } from './temporary-nodes.ts';
import { createUiPort } from './ui-port.ts';

/** Serves the UI until the plugin ends. */
export function connectUi(handlers: Handlers<HostContract>): Channel<HostContract, UiContract> {
  const channel = new Channel(createUiPort(), HOST_CONTRACT, handlers, UI_CONTRACT);
  figma.on('close', () => {
    removeAllTemporary();
    channel.close();
  });
  return channel;
}
