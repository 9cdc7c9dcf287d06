import type { HostChannel } from '../host/host-port.ts';
import { strings } from '../strings.ts';

/** The corner by which the window is dragged larger: Figma's plugin windows have none of their own. */
export function ResizeGrip({ host }: { host: HostChannel }) {
  const onPointerMove = (event: PointerEvent & { currentTarget: Element }) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const sizePx = {
      width: Math.max(1, Math.ceil(event.clientX)),
      height: Math.max(1, Math.ceil(event.clientY)),
    };
    host.call('resizeUi', { sizePx }).catch(() => undefined);
  };
  return (
    <svg
      class="resize-grip"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-linecap="round"
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    >
      <title>{strings.resize}</title>
      <path d="M12.5 6.5l-6 6M12.5 10.5l-2 2" />
    </svg>
  );
}
