import { Channel, type Handlers, type Port } from '../../shared/channel.ts';
import { HOST_CONTRACT, type HostContract } from '../../shared/host-contract.ts';
import { UI_CONTRACT, type UiContract } from '../../shared/ui-contract.ts';

export type HostChannel = Channel<UiContract, HostContract>;

/**
 * Figma's window messages. They come wrapped in `pluginMessage`, from an ancestor that is not `window.parent`, so
 * the source can't be checked here; the channel checks each payload instead.
 */
export function createFigmaPort(frame: Window): Port {
  return {
    post: (message, transfer) =>
      frame.parent.postMessage({ pluginMessage: message }, '*', [...(transfer ?? [])] as Transferable[]),
    listen(onMessage) {
      const onWindowMessage = ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'object' && data !== null && 'pluginMessage' in data)
          onMessage(data.pluginMessage);
      };
      frame.addEventListener('message', onWindowMessage);
      return () => frame.removeEventListener('message', onWindowMessage);
    },
  };
}

export function connectHost(port: Port, handlers: Handlers<UiContract>): HostChannel {
  return new Channel(port, UI_CONTRACT, handlers, HOST_CONTRACT);
}
