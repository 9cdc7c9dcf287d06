import type { Size } from '../../shared/affine.ts';
import type { HostChannel } from '../host/host-port.ts';
import { strings } from '../strings.ts';

/** By one press of an arrow key, and with Shift. */
const STEP_PX = 10;
const LARGE_STEP_PX = 50;

/** How many steps wider and higher the window gets. */
const ARROWS: Readonly<Record<string, readonly [width: number, height: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The corner by which the window is dragged larger: Figma's plugin windows have none of their own. Arrow keys do the same. */
export function ResizeGrip({ host }: { host: HostChannel }) {
  const resize = ({ width, height }: Size) => {
    const sizePx = { width: Math.max(1, Math.ceil(width)), height: Math.max(1, Math.ceil(height)) };
    host.call('resizeUi', { sizePx }).catch(() => undefined);
  };
  const onPointerMove = (event: PointerEvent & { currentTarget: Element }) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    resize({ width: event.clientX, height: event.clientY });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const stepPx = event.shiftKey ? LARGE_STEP_PX : STEP_PX;
    resize({ width: innerWidth + arrow[0] * stepPx, height: innerHeight + arrow[1] * stepPx });
  };
  return (
    <button
      type="button"
      class="resize-grip"
      aria-label={strings.resize.label}
      title={strings.resize.tip}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    >
      <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-linecap="round" aria-hidden="true">
        <path d="M12.5 6.5l-6 6M12.5 10.5l-2 2" />
      </svg>
    </button>
  );
}
