import { Channel, type Port } from '../../shared/channel.ts';
import { EMPTY_CONTRACT } from '../../shared/contract.ts';
import { HOST_CONTRACT, type HostContract } from '../../shared/host-contract.ts';

export type HostChannel = Channel<typeof EMPTY_CONTRACT, HostContract>;

/**
 * Figma's window messages. They come wrapped in `pluginMessage`, from an ancestor that is not `window.parent`, so
 * the source can't be checked here; the channel checks each payload instead.
 */
export function createHostPort(frame: Window): Port {
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

export function connectHost(port: Port): HostChannel {
  return new Channel(port, EMPTY_CONTRACT, {}, HOST_CONTRACT);
}
