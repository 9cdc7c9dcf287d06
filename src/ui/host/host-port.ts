import { Channel, type Handlers, type Port } from '../../shared/channel.ts';
import { HOST_CONTRACT, type HostContract } from '../../shared/host-contract.ts';
import { UI_CONTRACT, type UiContract } from '../../shared/ui-contract.ts';
import { isAncestor } from './is-ancestor.ts';

export type HostChannel = Channel<UiContract, HostContract>;

/**
 * Figma's window messages. They come wrapped in `pluginMessage`, from an ancestor that is not `window.parent`; those of
 * other windows are passed over. What is in them, the channel checks.
 */
export function createFigmaPort(frame: Window): Port {
  return {
    post: (message, transfer) =>
      frame.parent.postMessage({ pluginMessage: message }, '*', [...(transfer ?? [])] as Transferable[]),
    listen(onMessage) {
      const onWindowMessage = ({ data, source }: MessageEvent<unknown>) => {
        if (!isAncestor(source, frame)) return;
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
