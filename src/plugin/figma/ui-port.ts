import type { Port } from '../../shared/channel.ts';

/** Figma queues what is posted before the UI has loaded, so the port is usable at once. */
export function createUiPort(): Port {
  return {
    post: (frame) => figma.ui.postMessage(frame),
    listen(onMessage) {
      figma.ui.on('message', onMessage);
      return () => figma.ui.off('message', onMessage);
    },
  };
}
