import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GuidedFilter } from '../../src/inference/matte/guided-filter.ts';

const WIDTH = 9;
const HEIGHT = 7;
const REGULARISATION = 1e-2;
const plane = fc
  .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: WIDTH * HEIGHT, maxLength: WIDTH * HEIGHT })
  .map((values) => Float32Array.from(values));

/** Gradient descent on the cost of one window, as the paper states it: slow, but with nothing in common with the product. */
function descend(colours: number[][], target: number[]): number[] {
  const model = [0, 0, 0, 0];
  for (let step = 0; step < 1500; step++) {
    const gradient = [0, 0, 0, 0];
    colours.forEach((colour, i) => {
      const error = dot(model, [...colour, 1]) - target[i]!;
      [...colour, 1].forEach((value, n) => (gradient[n]! += (error * value) / target.length));
    });
    for (let n = 0; n < 4; n++) model[n]! -= 0.5 * (gradient[n]! + (n < 3 ? REGULARISATION * model[n]! : 0));
  }
  return model;
}

const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('the guided filter', () => {
  it.each([1, 2])('averages the best function of each window, radius %i', (radiusPx) => {
    fc.assert(
      fc.property(plane, plane, plane, plane, (r, g, b, target) => {
        const sizePx = { width: WIDTH, height: HEIGHT };
        const filter = new GuidedFilter(100);
        const model = filter.fit({ r, g, b }, target, sizePx, radiusPx, REGULARISATION);
        const windowAt = (x: number, y: number): number[] =>
          [...Array(WIDTH * HEIGHT).keys()].filter(
            (i) => Math.max(Math.abs((i % WIDTH) - x), Math.abs(Math.floor(i / WIDTH) - y)) <= radiusPx,
          );
        const fits = new Map<number, number[]>();
        const fitAt = (centre: number): number[] => {
          const pixels = windowAt(centre % WIDTH, Math.floor(centre / WIDTH));
          const colours = pixels.map((i) => [r[i]!, g[i]!, b[i]!]);
          return (fits.get(centre) ??
            fits
              .set(
                centre,
                descend(
                  colours,
                  pixels.map((i) => target[i]!),
                ),
              )
              .get(centre))!;
        };
        for (const pixel of [radiusPx === 1 ? 0 : 40]) {
          const around = windowAt(pixel % WIDTH, Math.floor(pixel / WIDTH)).map(fitAt);
          [model.r, model.g, model.b, model.offset].forEach((of, n) => {
            const mean = around.reduce((sum, fit) => sum + fit[n]!, 0) / around.length;
            expect(of[pixel]!).toBeCloseTo(mean, 2);
          });
        }
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });
});
