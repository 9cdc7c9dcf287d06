import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { FigmaDocument, type NodePatch } from './document/figma-document.ts';
import { rasterise } from './rasterise.ts';
import { renderDocument } from './render/document-svg.ts';

/**
 * The renderer is what other tests measure with, so here it is measured by hand. The image is 80 x 40: left half red,
 * right half blue, its lower quarter green.
 */
const RED = 'red';
const BLUE = 'blue';
const GREEN = 'green';
const NOTHING = 'nothing';
const IMAGE_SIZE = { width: 80, height: 40 };

function imageFile(): Uint8Array {
  const data = new Uint8Array(80 * 40 * 4);
  for (let y = 0; y < 40; y++) {
    for (let x = 0; x < 80; x++) {
      data.set(y >= 30 ? [0, 255, 0, 255] : x < 40 ? [255, 0, 0, 255] : [0, 0, 255, 255], (y * 80 + x) * 4);
    }
  }
  return encode({ ...IMAGE_SIZE, data, channels: 4 });
}

function look(document: FigmaDocument) {
  const bounds = { x: 0, y: 0, width: 120, height: 120 };
  const { pixels, width } = rasterise(renderDocument(document, { bounds }));
  return (x: number, y: number): string => {
    const [r, g, b, a] = pixels.subarray((y * width + x) * 4) as unknown as [number, number, number, number];
    if (a < 8) return NOTHING;
    const name =
      r > 200 && g < 50 ? RED : b > 200 && g < 50 ? BLUE : g > 200 && r < 50 ? GREEN : `${r},${g},${b}`;
    return a > 247 ? name : `${name} at ${Math.round(a / 25.5) / 10}`;
  };
}

function drawn(paint: Partial<ImagePaint>, patch: NodePatch = {}) {
  const document = new FigmaDocument();
  const { hash } = document.images.add(imageFile());
  const fill: Paint = { type: 'IMAGE', scaleMode: 'FILL', imageHash: hash, ...paint };
  document.add('RECTANGLE', { width: 80, height: 80, fills: [fill], ...patch });
  return look(document);
}

describe('an image fill is drawn', () => {
  it('with FILL: the middle of the image, over the whole layer', () => {
    const at = drawn({ scaleMode: 'FILL' });
    expect([at(5, 5), at(75, 5), at(5, 70), at(85, 5)]).toEqual([RED, BLUE, GREEN, NOTHING]);
  });

  it('with FIT: all of the image, with nothing above and below', () => {
    const at = drawn({ scaleMode: 'FIT' });
    expect([at(5, 15), at(5, 25), at(75, 25), at(5, 55), at(5, 65)]).toEqual([
      NOTHING,
      RED,
      BLUE,
      GREEN,
      NOTHING,
    ]);
  });

  it('turned clockwise', () => {
    const at = drawn({ scaleMode: 'FIT', rotation: 90 });
    expect([at(15, 40), at(25, 40), at(50, 5), at(50, 75)]).toEqual([NOTHING, GREEN, RED, BLUE]);
  });

  it('with CROP: the part that the matrix names', () => {
    const imageTransform: Transform = [
      [0.5, 0, 0.5],
      [0, 0.5, 0.5],
    ];
    const at = drawn({ scaleMode: 'CROP', imageTransform });
    expect([at(5, 5), at(5, 35), at(5, 45), at(75, 75)]).toEqual([BLUE, BLUE, GREEN, GREEN]);
  });

  it('with TILE: again and again from the corner', () => {
    const at = drawn({ scaleMode: 'TILE', scalingFactor: 0.5 });
    expect([at(5, 5), at(25, 5), at(45, 5), at(65, 5), at(5, 18), at(5, 25)]).toEqual([
      RED,
      BLUE,
      RED,
      BLUE,
      GREEN,
      RED,
    ]);
  });

  it('as see-through as paint and layer are together', () => {
    expect(drawn({ opacity: 0.8 }, { opacity: 0.5 })(5, 5)).toBe('red at 0.4');
  });

  it('within the outline: round corners, ellipses, vectors with their winding rule', () => {
    expect(drawn({}, { cornerRadii: [40, 0, 0, 0] })(2, 2)).toBe(NOTHING);
    expect(drawn({}, { cornerRadii: [40, 0, 0, 0] })(77, 2)).toBe(BLUE);
  });
});

describe('layers are drawn', () => {
  const solid = (r: number, g: number, b: number): Paint[] => [{ type: 'SOLID', color: { r, g, b } }];
  const ring = 'M 0 0 L 80 0 L 80 80 L 0 80 Z M 20 20 L 60 20 L 60 60 L 20 60 Z';
  const move = (x: number, y: number): Transform => [
    [1, 0, x],
    [0, 1, y],
  ];

  it('with holes where the winding rule says so', () => {
    for (const [windingRule, middle] of [
      ['EVENODD', NOTHING],
      ['NONZERO', RED],
    ] as const) {
      const document = new FigmaDocument();
      const vectorPaths = [{ windingRule, data: ring }];
      document.add('VECTOR', { width: 80, height: 80, fills: solid(1, 0, 0), strokes: [], vectorPaths });
      expect([look(document)(10, 10), look(document)(40, 40)]).toEqual([RED, middle]);
    }
  });

  it('in the space of their frame, groups left aside, and cut off by frames that clip', () => {
    const document = new FigmaDocument();
    const frame = document.add('FRAME', {
      width: 50,
      height: 50,
      fills: [],
      relativeTransform: move(20, 20),
    });
    const group = document.add('GROUP', {}, frame);
    document.add('RECTANGLE', { fills: solid(1, 0, 0), relativeTransform: move(10, 10) }, group);
    expect([look(document)(25, 40), look(document)(35, 35), look(document)(75, 75)]).toEqual([
      NOTHING,
      RED,
      NOTHING,
    ]);
    document.update(frame, { clipsContent: false });
    expect(look(document)(75, 75)).toBe(RED);
  });

  it('through a mask, from its place among the siblings on', () => {
    for (const [maskType, inside] of [
      ['ALPHA', 'blue at 0.5'],
      ['VECTOR', BLUE],
    ] as const) {
      const document = new FigmaDocument();
      const group = document.add('GROUP');
      document.add('RECTANGLE', { fills: solid(1, 0, 0), width: 20, height: 20 }, group);
      const mask = {
        isMask: true,
        maskType,
        opacity: 0.5,
        relativeTransform: move(40, 0),
        width: 20,
        height: 20,
      };
      document.add('RECTANGLE', mask, group);
      document.add('RECTANGLE', { fills: solid(0, 0, 1) }, group);
      document.add('RECTANGLE', {
        fills: solid(0, 1, 0),
        width: 20,
        height: 20,
        relativeTransform: move(100, 0),
      });
      const at = look(document);
      expect([at(10, 10), at(50, 10), at(70, 10), at(110, 10)]).toEqual([RED, inside, NOTHING, GREEN]);
    }
  });

  it('not at all when they are hidden', () => {
    const document = new FigmaDocument();
    document.add('RECTANGLE', { fills: solid(1, 0, 0), visible: false });
    expect(look(document)(50, 50)).toBe(NOTHING);
  });
});
