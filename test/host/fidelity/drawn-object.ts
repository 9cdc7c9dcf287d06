import type { Rect } from '../../../src/shared/affine.ts';
import type { FigmaDocument } from '../document/figma-document.ts';
import type { Raster } from '../rasterise.ts';
import { rasteriseSvg } from '../rasterise-svg.ts';
import { renderDocument } from '../render/document-svg.ts';
import { buildCase, type FidelityCase } from './fidelity-case.ts';
import { isObjectColour } from './test-picture.ts';

/** Pixels to a canvas unit. */
const SCALE = 2;
const MARGIN = 12;

export function drawPage(document: FigmaDocument, bounds: Rect): Promise<Raster> {
  return rasteriseSvg(renderDocument(document, { bounds }), SCALE);
}

/** The case's page with nothing of the layer but the fill that is cut, or all of its fills. */
export async function drawSourceAlone(
  fidelityCase: FidelityCase,
  bounds: Rect,
  hasAllFills = false,
): Promise<Raster> {
  const { document, layerId } = await buildCase(fidelityCase);
  const { fills } = document.require(layerId);
  const fill = (fills as Paint[])[fidelityCase.fillIndex ?? 0]!;
  document.update(layerId, { fills: hasAllFills ? fills : [fill], strokes: [], effects: [] });
  return drawPage(document, bounds);
}

/** The layer keeps its place, and its mask or layout with that, but shows nothing. */
export async function drawResultAlone(
  document: FigmaDocument,
  layerId: string,
  bounds: Rect,
): Promise<Raster> {
  const { fills, strokes, effects } = document.require(layerId);
  document.update(layerId, { fills: [], strokes: [], effects: [] });
  const drawn = await drawPage(document, bounds);
  document.update(layerId, { fills, strokes, effects });
  return drawn;
}

export function boundsAround(document: FigmaDocument, layerId: string): Rect {
  const { x, y, width, height } = document.absoluteBounds(layerId);
  const [left, top] = [Math.floor(x) - MARGIN, Math.floor(y) - MARGIN];
  return {
    x: left,
    y: top,
    width: Math.ceil(x + width) + MARGIN - left,
    height: Math.ceil(y + height) + MARGIN - top,
  };
}

/** Where a picture shows anything, at least half as opaque as it gets anywhere; only the object, if asked for. */
export function areaOf({ pixels }: Raster, isObjectOnly: boolean): Uint8Array {
  let most = 0;
  for (let i = 3; i < pixels.length; i += 4) most = Math.max(most, pixels[i]!);
  return Uint8Array.from({ length: pixels.length / 4 }, (_, i) => {
    const isThere = most > 0 && pixels[i * 4 + 3]! * 2 >= most;
    return isThere && (!isObjectOnly || isObjectColour(pixels[i * 4]!, pixels[i * 4 + 2]!)) ? 1 : 0;
  });
}

export function iouOf(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i]! & b[i]!;
    either += a[i]! | b[i]!;
  }
  return both / either;
}

/** Pixels wholly inside one area without any of the other within one row and column. */
export function straysOf(area: Uint8Array, other: Uint8Array, width: number): number {
  let strays = 0;
  for (let i = width + 1; i < area.length - width - 1; i++) {
    const isCore = area[i]! & area[i - 1]! & area[i + 1]! & area[i - width]! & area[i + width]!;
    if (!isCore) continue;
    if (other[i]) continue;
    const isNear = [-1, 0, 1].some((row) => [-1, 0, 1].some((column) => other[i + row * width + column]));
    if (!isNear) strays++;
  }
  return strays;
}

/** Mean difference of colour (0..255 a channel, alpha too) where both areas are, but for their edges. */
export function colourDifference(a: Raster, b: Raster, area: Uint8Array): number {
  const { width } = a;
  const reach = [-3, -2, -1, 0, 1, 2, 3];
  let [sum, count] = [0, 0];
  for (let i = 3 * width + 3; i < area.length - 3 * width - 3; i++) {
    if (!area[i] || !reach.every((d) => area[i + d] && area[i + d * width])) continue;
    for (let c = 0; c < 4; c++) sum += Math.abs(a.pixels[i * 4 + c]! - b.pixels[i * 4 + c]!);
    count += 4;
  }
  return count === 0 ? 0 : sum / count;
}
