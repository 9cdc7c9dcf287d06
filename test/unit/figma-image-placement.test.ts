import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageToLayer, type ImagePlacement } from '../../src/plugin/figma/image-placement.ts';
import { applyAffine, type Point } from '../../src/shared/affine.ts';

/** An image twice as wide as high in a layer that is square: every corner worked out by hand. */
const IMAGE = { width: 200, height: 100 };
const LAYER = { width: 50, height: 50 };

function corners(paint: ImagePlacement, layer = LAYER): [Point, Point] {
  const map = imageToLayer(paint, IMAGE, layer);
  const round = ({ x, y }: Point) => ({ x: Math.round(x * 1e6) / 1e6 + 0, y: Math.round(y * 1e6) / 1e6 + 0 });
  return [round(applyAffine(map, { x: 0, y: 0 })), round(applyAffine(map, { x: 200, y: 100 }))];
}

describe('where the image lies in its layer', () => {
  it.each<[string, ImagePlacement, [Point, Point]]>([
    [
      'FILL',
      { scaleMode: 'FILL' },
      [
        { x: -25, y: 0 },
        { x: 75, y: 50 },
      ],
    ],
    [
      'FILL, turned once',
      { scaleMode: 'FILL', rotation: 90 },
      [
        { x: 50, y: -25 },
        { x: 0, y: 75 },
      ],
    ],
    [
      'FILL, turned twice',
      { scaleMode: 'FILL', rotation: 180 },
      [
        { x: 75, y: 50 },
        { x: -25, y: 0 },
      ],
    ],
    [
      'FIT',
      { scaleMode: 'FIT' },
      [
        { x: 0, y: 12.5 },
        { x: 50, y: 37.5 },
      ],
    ],
    [
      'FIT, turned back once',
      { scaleMode: 'FIT', rotation: -90 },
      [
        { x: 12.5, y: 50 },
        { x: 37.5, y: 0 },
      ],
    ],
    [
      'TILE',
      { scaleMode: 'TILE', scalingFactor: 0.1 },
      [
        { x: 0, y: 0 },
        { x: 20, y: 10 },
      ],
    ],
    [
      'TILE, turned once',
      { scaleMode: 'TILE', scalingFactor: 0.1, rotation: 90 },
      [
        { x: 10, y: 0 },
        { x: 0, y: 20 },
      ],
    ],
    [
      'CROP without a matrix',
      { scaleMode: 'CROP' },
      [
        { x: 0, y: 0 },
        { x: 50, y: 50 },
      ],
    ],
    [
      'CROP to the lower right quarter',
      {
        scaleMode: 'CROP',
        imageTransform: [
          [0.5, 0, 0.5],
          [0, 0.5, 0.5],
        ],
      },
      [
        { x: -50, y: -50 },
        { x: 50, y: 50 },
      ],
    ],
    [
      'CROP, mirrored',
      {
        scaleMode: 'CROP',
        imageTransform: [
          [-1, 0, 1],
          [0, 1, 0],
        ],
      },
      [
        { x: 50, y: 0 },
        { x: 0, y: 50 },
      ],
    ],
  ])('%s', (_name, paint, expected) => {
    expect(corners(paint)).toEqual(expected);
  });

  it('is the same for FILL and for the centred crop that Figma makes of it', () => {
    const side = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(side, side, side, side, (imageWidth, imageHeight, width, height) => {
        const [image, layer] = [
          { width: imageWidth, height: imageHeight },
          { width, height },
        ];
        const scale = Math.max(width / imageWidth, height / imageHeight);
        const [shareX, shareY] = [width / (scale * imageWidth), height / (scale * imageHeight)];
        const crop: Transform = [
          [shareX, 0, (1 - shareX) / 2],
          [0, shareY, (1 - shareY) / 2],
        ];
        const fill = imageToLayer({ scaleMode: 'FILL' }, image, layer);
        const cropped = imageToLayer({ scaleMode: 'CROP', imageTransform: crop }, image, layer);
        for (const point of [
          { x: 0, y: 0 },
          { x: imageWidth, y: 0 },
          { x: imageWidth, y: imageHeight },
        ]) {
          const [a, b] = [applyAffine(fill, point), applyAffine(cropped, point)];
          expect(a.x).toBeCloseTo(b.x, 5);
          expect(a.y).toBeCloseTo(b.y, 5);
        }
      }),
    );
  });

  it('is nowhere for a crop without area', () => {
    const flat: ImagePlacement = {
      scaleMode: 'CROP',
      imageTransform: [
        [0.5, 0.5, 0],
        [0.5, 0.5, 0],
      ],
    };
    expect(() => imageToLayer(flat, IMAGE, LAYER)).toThrow(/Reset the crop/);
  });
});
