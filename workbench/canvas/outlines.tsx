import { applyAffine, rectCorners } from '../../src/shared/affine.ts';
import type { Workbench } from '../workbench.ts';
import { unionOf } from './content-bounds.ts';
import { toScreen, type View } from './view.ts';

/** The outlines of what is selected and what the pointer is over, and the size of the selection. */
export function Outlines({
  workbench: { document, revision },
  view,
  hoveredId,
}: {
  workbench: Workbench;
  view: View;
  hoveredId: string | null;
}) {
  // Read so that a change of the document draws the outlines anew.
  void revision.value;
  const selected = document.selection();
  const outline = (id: string) => {
    const { width, height } = document.require(id);
    const map = document.absoluteTransform(id);
    return rectCorners({ x: 0, y: 0, width, height })
      .map((corner) => toScreen(view, applyAffine(map, corner)))
      .map(({ x, y }) => `${x},${y}`)
      .join(' ');
  };
  const isHoverShown = hoveredId !== null && document.get(hoveredId) && !selected.includes(hoveredId);
  const bounds = unionOf(document, selected);
  const badge = bounds && toScreen(view, { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height });
  return (
    <>
      <svg class="outlines">
        {isHoverShown && <polygon class="hovered" points={outline(hoveredId)} />}
        {selected.map((id) => (
          <polygon key={id} class="selected" points={outline(id)} />
        ))}
      </svg>
      {bounds && badge && (
        <div class="size-badge" style={{ transform: `translate(${badge.x}px, ${badge.y}px)` }}>
          <span>
            {Math.round(bounds.width)} × {Math.round(bounds.height)}
          </span>
        </div>
      )}
    </>
  );
}
