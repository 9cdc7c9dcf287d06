import fc from 'fast-check';
import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/inference/model/onnx/graph-builder.ts';
import { toFloat16Bits } from '../../models/compile/onnx/float16.ts';
import { add, linear, softmax, transpose } from '../../src/inference/model/onnx/operations.ts';
import { readModel } from '../../models/compile/onnx/read-model.ts';
import { writeModel } from '../../src/inference/model/onnx/write-model.ts';
import type { StoredTensor } from '../../src/inference/model/stored-tensor.ts';
import { permuted } from '../../models/compile/weights.ts';

ort.env.wasm.numThreads = 1;

function smallModel(type: 'float32' | 'float16') {
  const shape = [64, 64];
  const values = Float32Array.from({ length: 64 * 64 }, (_, i) => Math.fround(Math.sin(i)));
  const weight: StoredTensor =
    type === 'float32' ? { type, shape, values } : { type, shape, bits: toFloat16Bits(values) };
  const branch = new GraphBuilder('branch', new Map());
  branch.output('branch/y', [], branch.scalar(3));
  const graph = new GraphBuilder('small', new Map([['layer.weight', weight]]));
  const x = graph.input('x', ['rows', 64]);
  const product = linear(graph, x, 'layer', { bias: false });
  const sum = add(graph, product, graph.scalar(-0.25));
  graph.output('y', [64, 'rows'], transpose(graph, softmax(graph, sum), [1, 0]));
  const condition = graph.node('Cast', [graph.scalar(1)], { to: 9 });
  const branches = {
    then_branch: { graph: branch.buildGraph() },
    else_branch: { graph: branch.buildGraph() },
  };
  graph.output('z', [], graph.node('If', [condition], branches));
  return { model: graph.build(), values };
}

describe('ONNX files', () => {
  it('read back as they were built', () => {
    const { model } = smallModel('float16');
    expect(readModel(writeModel(model))).toEqual(model);
  });

  it('are the same bytes every time', () => {
    expect(writeModel(smallModel('float32').model)).toEqual(writeModel(smallModel('float32').model));
  });

  it.each(['float32', 'float16'] as const)(
    'run in onnxruntime and compute what they say (%s)',
    async (precision) => {
      const { model, values } = smallModel(precision);
      const session = await ort.InferenceSession.create(writeModel(model));
      const row = Float32Array.from({ length: 64 }, (_, i) => Math.cos(i));
      const { y, z } = await session.run({ x: new ort.Tensor('float32', row, [1, 64]) });
      const logits = Array.from({ length: 64 }, (_, out) =>
        row.reduce((sum, value, i) => sum + value * values[i * 64 + out]!, -0.25),
      );
      const exponentials = logits.map(Math.exp);
      const total = exponentials.reduce((a, b) => a + b);
      const digits = precision === 'float32' ? 5 : 3;
      expect(y!.dims).toEqual([64, 1]);
      expect(z!.data[0]).toBe(3);
      exponentials.forEach((value, i) => expect(y!.data[i]).toBeCloseTo(value / total, digits));
    },
  );

  it('that are cut off or no ONNX are refused', () => {
    const file = writeModel(smallModel('float32').model);
    for (const broken of [
      file.subarray(0, file.length - 5000),
      new Uint8Array([0x3a, 0xff, 0xff]),
      new Uint8Array(64).fill(0xff),
    ]) {
      expect(() => readModel(broken)).toThrow(expect.objectContaining({ code: 'model-corrupt' }));
    }
  });
});

describe('float16', () => {
  /** An independent decoder, from the definition of binary16. */
  function decode(bits: number): number {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  }
  const encode = (value: number) => toFloat16Bits(Float32Array.of(value))[0]!;

  it('is exact for every finite float16', () => {
    const inexact: number[] = [];
    for (let bits = 0; bits < 0x10000; bits++) {
      const isFinite = ((bits >> 10) & 31) < 31;
      if (isFinite && encode(decode(bits)) !== bits) inexact.push(bits);
    }
    expect(inexact).toEqual([]);
  });

  it('takes the nearest of its neighbours, the even one on a tie', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65503), max: Math.fround(65503), noNaN: true }), (value) => {
        const bits = encode(value);
        const error = Math.abs(decode(bits) - value);
        for (const neighbour of [bits - 1, bits + 1]) {
          if ((neighbour & 0x7fff) >= 0x7c00 || (neighbour ^ bits) & 0x8000) continue;
          const other = Math.abs(decode(neighbour) - value);
          expect(error).toBeLessThanOrEqual(other);
          if (error === other) expect(bits % 2).toBe(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses what it cannot hold', () => {
    for (const value of [65520, -1e6, Infinity, NaN]) {
      expect(() => encode(value)).toThrow(expect.objectContaining({ code: 'model-corrupt' }));
    }
  });
});

describe('permuted', () => {
  it('puts element [i, j, k] at [k, i, j] for axes [2, 0, 1]', () => {
    const shape = [2, 3, 4];
    const values = Float32Array.from({ length: 24 }, (_, i) => i);
    const result = permuted({ shape, values }, [2, 0, 1]);
    expect(result.shape).toEqual([4, 2, 3]);
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++)
        for (let k = 0; k < 4; k++) expect(result.values[(k * 2 + i) * 3 + j]).toBe((i * 3 + j) * 4 + k);
  });
});
