import { invert } from '../../../src/shared/affine.ts';
import type { FigmaDocument } from '../document/figma-document.ts';
import type { StoredImage } from '../document/image-store.ts';
import type { NodeRecord } from '../document/node-record.ts';
import { blendStyle } from './blend-style.ts';
import { imageFilterPrimitives } from './filter-svg.ts';
import { element, matrix } from './markup.ts';
import type { SvgDefs } from './svg-defs.ts';

/** A node's fills, bottom to top, each cut to the node's outline. */
export function paintElements(
  document: FigmaDocument,
  defs: SvgDefs,
  node: NodeRecord,
  outline: readonly string[],
  paints: readonly Paint[],
): string {
  const visible = paints.filter((paint) => paint.visible !== false);
  if (visible.length === 0 || outline.length === 0) return '';
  const clip = `url(#${defs.clipPath(outline)})`;
  return visible
    .map((paint) => {
      const content = paintContent(document, defs, node, paint);
      const look = { opacity: paint.opacity, style: blendStyle(paint.blendMode) };
      return content && element('g', { 'clip-path': clip, ...look }, content);
    })
    .join('');
}

function paintContent(document: FigmaDocument, defs: SvgDefs, node: NodeRecord, paint: Paint): string {
  const box = { width: node.width, height: node.height };
  if (paint.type === 'SOLID') {
    const { r, g, b } = paint.color;
    const fill = `rgb(${[r, g, b].map((channel) => Math.round(channel * 255)).join()})`;
    return element('rect', { ...box, fill });
  }
  if (paint.type !== 'IMAGE' || paint.imageHash === null) return '';
  const image = document.images.shown(paint.imageHash);
  if (!image) return '';
  const href = `#${defs.image(image, document.images.orientation)}`;
  const adjustments = imageFilterPrimitives(paint.filters);
  const filter = adjustments ? `url(#${defs.filter(adjustments, 0.01)})` : undefined;
  const content = placedImage(defs, node, paint, image, href);
  return filter ? element('g', { filter }, content) : content;
}

function placedImage(
  defs: SvgDefs,
  node: NodeRecord,
  paint: ImagePaint,
  image: StoredImage,
  href: string,
): string {
  const box = { width: node.width, height: node.height };
  if (paint.scaleMode !== 'TILE') {
    return element('use', { href, transform: imageTransform(node, paint, image) });
  }
  const { width, height } = tileSize(paint, image);
  const tile = element('use', {
    href,
    transform: centred(width, height, paint.scalingFactor ?? 1, paint, image),
  });
  return element('rect', { ...box, fill: `url(#${defs.pattern(width, height, tile)})` });
}

/** From image pixels to the node's own space, as a list that the SVG renderer multiplies out. */
function imageTransform(node: NodeRecord, paint: ImagePaint, image: StoredImage): string {
  const { width, height } = image.sizePx;
  if (paint.scaleMode === 'CROP') {
    const toImage = paint.imageTransform ?? [
      [1, 0, 0],
      [0, 1, 0],
    ];
    return `scale(${node.width} ${node.height}) ${matrix(invert(toImage))} scale(${1 / width} ${1 / height})`;
  }
  const isTurned = (paint.rotation ?? 0) % 180 !== 0;
  const ratios = [node.width / (isTurned ? height : width), node.height / (isTurned ? width : height)];
  const scale = paint.scaleMode === 'FILL' ? Math.max(...ratios) : Math.min(...ratios);
  return centred(node.width, node.height, scale, paint, image);
}

function tileSize(paint: ImagePaint, { sizePx }: StoredImage): { width: number; height: number } {
  const scale = paint.scalingFactor ?? 1;
  const [width, height] = [sizePx.width * scale, sizePx.height * scale];
  return (paint.rotation ?? 0) % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Centre on centre. Figma does not say which way `rotation` turns; clockwise is assumed here and in the plugin. */
function centred(
  width: number,
  height: number,
  scale: number,
  paint: ImagePaint,
  { sizePx }: StoredImage,
): string {
  return [
    `translate(${width / 2} ${height / 2})`,
    `rotate(${paint.rotation ?? 0})`,
    `scale(${scale})`,
    `translate(${-sizePx.width / 2} ${-sizePx.height / 2})`,
  ].join(' ');
}
