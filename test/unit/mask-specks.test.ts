import { describe, expect, it } from 'vitest';
import { bitMaskOfLogits } from '../../src/inference/mask/bit-mask.ts';
import { labelRegions } from '../../src/inference/mask/regions.ts';
import { MAX_SPECK_CELLS, removeSpecks } from '../../src/inference/mask/remove-specks.ts';

const WHOLE = { width: 256, height: 256 };

function bitMask(rows: string[]) {
  return {
    width: rows[0]!.length,
    height: rows.length,
    data: Uint8Array.from([...rows.join('')].map((c) => (c === '#' ? 1 : 0))),
  };
}

/** Logits -3 with rects of other values painted over, in order. */
function paint(...rects: { x: number; y: number; w?: number; h?: number; logit: number }[]): Float32Array {
  const logits = new Float32Array(65536).fill(-3);
  for (const { x, y, w = 1, h = 1, logit } of rects) {
    for (let row = y; row < y + h; row++) logits.fill(logit, row * 256 + x, row * 256 + x + w);
  }
  return logits;
}

const object = { x: 50, y: 50, w: 100, h: 100, logit: 3 };

describe('labelRegions', () => {
  const rows = ['##..', '##..', '..#.', '....'];

  it('joins cells across a corner when told to', () => {
    const areas = (joins: boolean) =>
      labelRegions(bitMask(rows), () => joins)
        .regions.map(({ value, area }) => `${value}:${area}`)
        .sort();
    expect(areas(true)).toEqual(['0:11', '1:5']);
    expect(areas(false)).toEqual(['0:11', '1:1', '1:4']);
  });

  it('gives each cell the label of a region of its value, whose cells it counts', () => {
    const mask = bitMask(['#.#..', '.#.##', '##..#', '#.#.#']);
    const { labels, regions } = labelRegions(mask, (a, b) => (a + b) % 3 === 0);
    regions.forEach(({ value, area }, label) => {
      const cells = [...labels.keys()].filter((cell) => labels[cell] === label);
      expect(cells).toHaveLength(area);
      expect(cells.map((cell) => mask.data[cell])).toEqual(cells.map(() => value));
    });
  });
});

describe('removeSpecks', () => {
  it('removes dust inside and outside of the object and nothing else', () => {
    const logits = paint(object, { x: 10, y: 10, logit: 5 }, { x: 80, y: 80, w: 2, h: 2, logit: -4 });
    const cleaned = removeSpecks(logits, WHOLE);
    expect(bitMaskOfLogits(cleaned, WHOLE).data).toEqual(bitMaskOfLogits(paint(object), WHOLE).data);
    const changed = [...logits.keys()].filter((cell) => logits[cell] !== cleaned[cell]);
    expect(changed).toHaveLength(5);
  });

  it('keeps islands and holes above the limit, and returns the logits themselves', () => {
    const size = { w: MAX_SPECK_CELLS + 1, h: 1 };
    const logits = paint(object, { x: 10, y: 10, ...size, logit: 5 }, { x: 80, y: 80, ...size, logit: -4 });
    expect(removeSpecks(logits, WHOLE)).toBe(logits);
  });

  it('measures specks by the object: a small one keeps its small parts', () => {
    const logits = paint({ ...object, w: 8, h: 8 }, { x: 10, y: 10, logit: 5 });
    expect(removeSpecks(logits, WHOLE)).toBe(logits);
  });

  it('takes an island in a hole away before it measures the hole', () => {
    // The ring of the hole has 24 cells, the hole without its island 25.
    const logits = paint(object, { x: 80, y: 80, w: 5, h: 5, logit: -4 }, { x: 82, y: 82, logit: 4 });
    const cleaned = bitMaskOfLogits(removeSpecks(logits, WHOLE), WHOLE).data;
    expect(cleaned).toEqual(
      bitMaskOfLogits(paint(object, { x: 80, y: 80, w: 5, h: 5, logit: -4 }), WHOLE).data,
    );
  });

  it('keeps a thin diagonal line, whose cells only meet at corners', () => {
    const whisker = Array.from({ length: 30 }, (_, i) => ({ x: 150 + i, y: 150 + i, logit: 6 }));
    const logits = paint(object, ...whisker);
    expect(removeSpecks(logits, WHOLE)).toBe(logits);
    // With weak cells the surface falls apart between them: then they are dust.
    const weak = paint(object, ...whisker.map((cell) => ({ ...cell, logit: 1 })));
    expect(removeSpecks(weak, WHOLE)).not.toBe(weak);
  });

  it('does not count what lies in the padding', () => {
    const logits = paint(object, { x: 190, y: 60, w: 60, h: 3, logit: 5 });
    expect(removeSpecks(logits, WHOLE)).toBe(logits);
    const cleaned = removeSpecks(logits, { width: 192, height: 256 });
    expect(cleaned[60 * 256 + 190]).toBeLessThan(0);
    expect(cleaned[60 * 256 + 192]).toBe(5);
  });
});
