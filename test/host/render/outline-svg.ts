import { invert, multiply } from '../../../src/shared/affine.ts';
import { fillGeometry } from '../document/fill-geometry.ts';
import type { FigmaDocument } from '../document/figma-document.ts';
import type { NodeRecord } from '../document/node-record.ts';
import { element, matrix } from './markup.ts';

/** The node's shape as SVG elements without paint, in the node's own space. Together they are its area. */
export function outlineElements(document: FigmaDocument, node: NodeRecord): string[] {
  const { width, height } = node;
  switch (node.type) {
    case 'ELLIPSE':
      return [element('ellipse', { cx: width / 2, cy: height / 2, rx: width / 2, ry: height / 2 })];
    case 'VECTOR':
      return node.vectorPaths
        .filter(({ windingRule }) => windingRule !== 'NONE')
        .map(({ windingRule, data }) => {
          const rule = windingRule.toLowerCase();
          return element('path', { d: data, 'fill-rule': rule, 'clip-rule': rule });
        });
    case 'BOOLEAN_OPERATION':
      return node.childIds.flatMap((id) => {
        const child = document.require(id);
        const transform = matrix(multiply(invert(node.relativeTransform), child.relativeTransform));
        return outlineElements(document, child).map((shape) =>
          shape.replace(/^<\w+/, `$& transform="${transform}"`),
        );
      });
    case 'STAR':
    case 'POLYGON':
      return fillGeometry(document, node).map(({ data }) => element('path', { d: data }));
    case 'TEXT':
    case 'TEXT_PATH':
    case 'GROUP':
      return [];
    default:
      return [element('path', { d: roundedRectangle(width, height, node.cornerRadii) })];
  }
}

function roundedRectangle(width: number, height: number, radii: NodeRecord['cornerRadii']): string {
  const limit = Math.min(width, height) / 2;
  const [tl, tr, br, bl] = radii.map((radius) => Math.min(radius, limit)) as NodeRecord['cornerRadii'];
  const arc = (radius: number, x: number, y: number) =>
    radius > 0 ? `A${radius} ${radius} 0 0 1 ${x} ${y}` : '';
  return [
    `M${tl} 0H${width - tr}${arc(tr, width, tr)}`,
    `V${height - br}${arc(br, width - br, height)}`,
    `H${bl}${arc(bl, 0, height - bl)}`,
    `V${tl}${arc(tl, tl, 0)}Z`,
  ].join('');
}
