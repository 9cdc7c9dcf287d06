import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyAffine, type Point, type Size } from '../../src/shared/affine.ts';
import type { ObjectOutput, SourceImage } from '../../src/shared/host-contract.ts';
import type { FigmaDocument } from './document/figma-document.ts';
import { gradientPng, maskPng, maskTile, polygonPath, splitTile } from './mask-picture.ts';
import { opaqueArea, strayCount, type OpaqueArea } from './opaque-area.ts';
import { firstSource, openPlugin } from './open-plugin.ts';
import { buildScene, randomScene, unitBoxToImage, type Scene } from './random-scene.ts';

const RUNS_PER_SCALE_MODE = 12;
const MIN_AREA_PX = 30;
const TIMEOUT_MS = 300_000;

/**
 * For any place of the layer and any way its image lies in it: after Apply, the rendered canvas is opaque where the
 * mask is, within 1 px. What is expected is rendered too, without the plugin: the same scene with a picture of the
 * mask in place of the photo.
 */
describe.each(['FILL', 'FIT', 'CROP', 'TILE'] as const)('results over a layer with %s', (scaleMode) => {
  it(
    'lie exactly over the source, whatever its place, and are one undo step',
    async () => {
      await fc.assert(fc.asyncProperty(randomScene(scaleMode), checkScene), {
        numRuns: RUNS_PER_SCALE_MODE,
        seed: 20260101,
        // Without a liking for extremes, which would leave few rotations that are not right angles.
        unbiased: true,
        endOnFailure: true,
      });
    },
    TIMEOUT_MS,
  );
});

async function checkScene(scene: Scene): Promise<void> {
  const { document, layerId } = buildScene(scene, gradientPng(scene.imageSizePx));
  const before = document.toJson();
  const layerBefore = JSON.stringify(document.get(layerId));
  const { double, channel } = await openPlugin(document);
  try {
    const source = await firstSource(channel);
    const read = await channel.call('readImage', { source });
    expect(read.imageSizePx).toEqual(scene.imageSizePx);
    const polygon = objectInImage(scene, read);
    const expected = expectedArea(scene, polygon);
    // With FIT and CROP the triangle may lie beside the image. Elsewhere that would be a fault of what was read.
    if (scaleMode(scene) === 'FIT' || scaleMode(scene) === 'CROP') fc.pre(expected.coreCount > MIN_AREA_PX);
    else expect(expected.coreCount).toBeGreaterThan(MIN_AREA_PX);

    for (const output of outputs(scene.imageSizePx, polygon)) {
      const { nodeIds, notice } = await channel.call('placeOutput', {
        source,
        pixels: read.pixels,
        imageSizePx: read.imageSizePx,
        output,
      });
      expect(notice).toBeNull();
      expect(JSON.stringify(document.get(layerId))).toBe(layerBefore);
      checkRoot(document, layerId, output);
      expect(nodeIds).toContain(document.selection()[0]);
      const actual = areaWithout(document, layerId);
      expect([output.kind, strayCount(actual, expected, 1)]).toEqual([output.kind, 0]);
      expect([output.kind, strayCount(expected, actual, 1)]).toEqual([output.kind, 0]);
      expect(double.undo()).toBe(true);
      expect(document.toJson()).toBe(before);
    }
    expect(double.errors).toEqual([]);
  } finally {
    double.close();
  }
}

function scaleMode(scene: Scene): string {
  return scene.paint.scaleMode;
}

/** The scene's triangle in image space, cut to the image. */
function objectInImage(scene: Scene, { visibleImagePolygon }: SourceImage): Point[] {
  const toImage = unitBoxToImage(visibleImagePolygon);
  return clipToImage(
    scene.triangle.map((point) => applyAffine(toImage, point)),
    scene.imageSizePx,
  );
}

/** Sutherland and Hodgman's way, against each side of the image. */
function clipToImage(polygon: Point[], { width, height }: Size): Point[] {
  const insides: ((point: Point) => number)[] = [
    ({ x }) => x,
    ({ x }) => width - x,
    ({ y }) => y,
    ({ y }) => height - y,
  ];
  return insides.reduce((points, depth) => {
    return points.flatMap((point, i) => {
      const previous = points[(i + points.length - 1) % points.length]!;
      const [before, here] = [depth(previous), depth(point)];
      const t = before / (before - here);
      const crossing = {
        x: previous.x + t * (point.x - previous.x),
        y: previous.y + t * (point.y - previous.y),
      };
      if (here >= 0) return before < 0 ? [crossing, point] : [point];
      return before >= 0 ? [crossing] : [];
    });
  }, polygon);
}

function outputs(image: Size, polygon: readonly Point[]): ObjectOutput[] {
  const tile = maskTile(image, polygon);
  const paths = [polygonPath(polygon)];
  return [
    { kind: 'cutout', tiles: [tile] },
    { kind: 'cutout', tiles: splitTile(tile, polygon) },
    { kind: 'vector', paths },
    { kind: 'mask-group', paths },
  ];
}

function expectedArea(scene: Scene, polygon: readonly Point[]): OpaqueArea {
  if (polygon.length < 3) return { alpha: [], width: 0, height: 0, coreCount: 0 };
  const { document, layerId } = buildScene(scene, maskPng(scene.imageSizePx, polygon));
  return opaqueArea(document, boundsAround(document, layerId));
}

function areaWithout(document: FigmaDocument, layerId: string) {
  document.update(layerId, { visible: false });
  const area = opaqueArea(document, boundsAround(document, layerId));
  document.update(layerId, { visible: true });
  return area;
}

function boundsAround(document: FigmaDocument, layerId: string) {
  const { x, y, width, height } = document.absoluteBounds(layerId);
  const [left, top] = [Math.floor(x) - 4, Math.floor(y) - 4];
  return { x: left, y: top, width: Math.ceil(x + width) + 4 - left, height: Math.ceil(y + height) + 4 - top };
}

/** Named after the source, directly above it in its parent, selected; with the parts that its kind asks for. */
function checkRoot(document: FigmaDocument, layerId: string, output: ObjectOutput): void {
  const [rootId, ...others] = document.selection();
  expect(others).toEqual([]);
  const root = document.require(rootId!);
  const siblings = document.require(document.require(layerId).parentId!).childIds;
  expect(siblings.indexOf(rootId!)).toBe(siblings.indexOf(layerId) + 1);
  const children = root.childIds.map((id) => document.require(id));
  if (output.kind === 'vector') {
    expect(root).toMatchObject({ type: 'VECTOR', name: 'Photo vector', strokes: [], isMask: false });
  } else if (output.kind === 'mask-group') {
    expect(root).toMatchObject({ type: 'GROUP', name: 'Photo mask group' });
    expect(children.map(({ type, isMask }) => [type, isMask])).toEqual([
      ['VECTOR', true],
      ['RECTANGLE', false],
    ]);
  } else if (output.tiles.length === 1) {
    expect(root).toMatchObject({ type: 'RECTANGLE', name: 'Photo cutout' });
  } else {
    expect(root).toMatchObject({ type: 'GROUP', name: 'Photo cutout' });
    expect(children.map(({ type }) => type)).toEqual(['RECTANGLE', 'RECTANGLE']);
  }
}
