import type { Port } from '../../shared/channel.ts';

/** Of a site, whose page would be in the window if the UI ever went there. Ours, which is inline, has none but Figma's. */
const FOREIGN_ORIGIN = /^https?:(?!\/\/([\w-]+\.)*figma\.com$)/;

/**
 * Figma queues what is posted before the UI has loaded, so the port is usable at once. Messages of another origin than the
 * UI's are passed over.
 */
export function createUiPort(): Port {
  return {
    post: (frame) => figma.ui.postMessage(frame),
    listen(onMessage) {
      const onUiMessage = (message: unknown, props?: Partial<OnMessageProperties>) => {
        if (!FOREIGN_ORIGIN.test(props?.origin ?? '')) onMessage(message);
      };
      figma.ui.on('message', onUiMessage);
      return () => figma.ui.off('message', onUiMessage);
    },
  };
}
