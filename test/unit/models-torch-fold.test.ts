import { describe, expect, it } from 'vitest';
import { foldBatchNorms } from '../../models/compile/sources/torch/fold-batch-norms.ts';

const [OUTPUTS, INPUTS, SIDE] = [5, 3, 6];
const KERNEL = 3;

/** Numbers in [from, to), the same in every run. */
function pseudoRandom(length: number, from: number, to: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return from + (state / 2 ** 32) * (to - from);
  });
}

/** Direct convolution of [INPUTS, SIDE, SIDE] without padding, in float64. */
function convolved(image: Float32Array, kernel: Float32Array): number[][] {
  const outSide = SIDE - KERNEL + 1;
  return Array.from({ length: OUTPUTS }, (_, output) =>
    Array.from({ length: outSide ** 2 }, (_, pixel) => {
      const [y, x] = [Math.floor(pixel / outSide), pixel % outSide];
      let sum = 0;
      for (let i = 0; i < INPUTS; i++)
        for (let dy = 0; dy < KERNEL; dy++)
          for (let dx = 0; dx < KERNEL; dx++)
            sum +=
              image[(i * SIDE + y + dy) * SIDE + x + dx]! *
              kernel[((output * INPUTS + i) * KERNEL + dy) * KERNEL + dx]!;
      return sum;
    }),
  );
}

const vector = (from: number, to: number, seed: number) => ({
  shape: [OUTPUTS],
  values: pseudoRandom(OUTPUTS, from, to, seed),
});
const kernel = pseudoRandom(OUTPUTS * INPUTS * KERNEL ** 2, -1, 1, 1);
const parameters = new Map([
  ['block.c.weight', { shape: [OUTPUTS, INPUTS, KERNEL, KERNEL], values: kernel }],
  ['block.bn.weight', vector(-2, 2, 2)],
  ['block.bn.bias', vector(-3, 3, 3)],
  ['block.bn.running_mean', vector(-4, 4, 4)],
  // Down to variances at which the epsilon of 1e-5 counts.
  ['block.bn.running_var', { shape: [OUTPUTS], values: Float32Array.of(1e-6, 1e-4, 0.01, 1, 30) }],
  ['norm.weight', vector(0, 1, 6)],
]);

describe('folding', () => {
  it('gives a convolution with the output of convolution and batch norm', () => {
    const folded = foldBatchNorms(parameters);
    const image = pseudoRandom(INPUTS * SIDE ** 2, -1, 1, 7);
    const actual = convolved(image, folded.get('block.c.weight')!.values);
    const named = (name: string) => parameters.get(`block.bn.${name}`)!.values;
    convolved(image, kernel).forEach((plane, output) => {
      const deviation = Math.sqrt(named('running_var')[output]! + 1e-5);
      plane.forEach((value, pixel) => {
        const normalised = (value - named('running_mean')[output]!) / deviation;
        const expected = normalised * named('weight')[output]! + named('bias')[output]!;
        const found = actual[output]![pixel]! + folded.get('block.c.bias')!.values[output]!;
        // One rounding to float32 of each weight and of the bias, which are as large as the gain makes them.
        const scale = (Math.abs(named('weight')[output]!) / deviation) * (INPUTS * KERNEL ** 2 + 4) + 3;
        expect(Math.abs(found - expected)).toBeLessThan(scale * 2 ** -24);
      });
    });
  });

  it('leaves no batch norm, and other parameters as they are', () => {
    const folded = foldBatchNorms(parameters);
    expect([...folded.keys()].sort()).toEqual(['block.c.bias', 'block.c.weight', 'norm.weight']);
    expect(folded.get('norm.weight')).toBe(parameters.get('norm.weight'));
    expect(folded.get('block.c.bias')!.shape).toEqual([OUTPUTS]);
  });

  it('names what a batch norm lacks', () => {
    const lacking = new Map([...parameters].filter(([key]) => key !== 'block.bn.running_var'));
    expect(() => foldBatchNorms(lacking)).toThrow(
      expect.objectContaining({
        code: 'model-corrupt',
        message: 'The batch norm of block cannot be folded: bn.running_var is missing.',
      }),
    );
  });
});
