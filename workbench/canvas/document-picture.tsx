import { useMemo } from 'preact/hooks';
import { renderDocument } from '../../test/host/render/document-svg.ts';
import type { Workbench } from '../workbench.ts';
import { contentBounds } from './content-bounds.ts';
import { toScreen, type View } from './view.ts';

/** Room for strokes and shadows that reach beyond a layer's box, in canvas units. */
const OVERHANG = 64;

/** The double's own picture of the page, scaled as an SVG so that it stays sharp. */
export function DocumentPicture({ workbench, view }: { workbench: Workbench; view: View }) {
  const revision = workbench.revision.value;
  const picture = useMemo(() => {
    const content = contentBounds(workbench.document);
    if (!content) return null;
    const bounds = {
      x: content.x - OVERHANG,
      y: content.y - OVERHANG,
      width: content.width + 2 * OVERHANG,
      height: content.height + 2 * OVERHANG,
    };
    return { bounds, html: { __html: renderDocument(workbench.document, { bounds }) } };
  }, [revision]);
  if (!picture) return null;
  const { x, y } = toScreen(view, picture.bounds);
  return (
    <div
      class="document-picture"
      style={{
        transform: `translate(${x}px, ${y}px)`,
        width: `${picture.bounds.width * view.scale}px`,
        height: `${picture.bounds.height * view.scale}px`,
      }}
      dangerouslySetInnerHTML={picture.html}
    />
  );
}
