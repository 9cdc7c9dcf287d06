import { describe, expect, it } from 'vitest';
import { extended, withThenBranches } from '../../models/compile/onnx/combine-models.ts';
import { appendGradients } from '../../models/compile/quantize/gradient/append-gradients.ts';
import { GraphBuilder, type Value } from '../../src/inference/model/onnx/graph-builder.ts';
import type { OnnxModel } from '../../src/inference/model/onnx/model.ts';
import * as op from '../../src/inference/model/onnx/operations.ts';
import { DATA_TYPE } from '../../src/inference/model/onnx/schema.ts';
import { openGraph, run, runOnce, type FloatArray } from '../golden/model-runtime.ts';

type Build = (graph: GraphBuilder, x: Value) => Value;
const constant = (graph: GraphBuilder, name: string, shape: readonly number[]) =>
  graph.floats(name, { shape, values: waves(elements(shape), name.length) });

/** A graph of one operation (or two, where one value is read twice) and the shape of its input. */
const CASES: Record<string, { shape: readonly number[]; rank?: number; build: Build }> = {
  'Add and Sub, broadcast': {
    shape: [3, 1],
    rank: 3,
    build: (graph, x) =>
      op.sub(graph, constant(graph, 'b', [3, 4]), op.add(graph, x, constant(graph, 'a', [2, 3, 4]))),
  },
  'Mul by itself, broadcast': {
    shape: [3, 1],
    build: (graph, x) => op.mul(graph, x, op.transpose(graph, x, [1, 0])),
  },
  'MatMul, left, broadcast': {
    shape: [1, 3, 4],
    build: (graph, x) => op.matMul(graph, x, constant(graph, 'w', [2, 4, 5])),
  },
  'MatMul, right, broadcast': {
    shape: [4, 5],
    rank: 3,
    build: (graph, x) => op.matMul(graph, constant(graph, 'w', [2, 3, 4]), x),
  },
  'FusedMatMul of a value with itself': {
    shape: [2, 3, 4],
    build: (graph, x) => op.matMulTransposed(graph, x, op.add(graph, x, constant(graph, 'w', [2, 3, 4]))),
  },
  Gemm: {
    shape: [3, 4],
    build: (graph, x) => graph.node('Gemm', [x, constant(graph, 'w', [4, 5]), constant(graph, 'bias', [5])]),
  },
  'Reshape, Unsqueeze, Identity': {
    shape: [2, 6],
    rank: 4,
    build: (graph, x) =>
      graph.node('Unsqueeze', [
        graph.node('Identity', [op.reshape(graph, x, [0, 3, -1])]),
        graph.integers([1]),
      ]),
  },
  Transpose: { shape: [2, 3, 4], build: (graph, x) => op.transpose(graph, x, [1, 2, 0]) },
  'Split of which one part is not read': {
    shape: [6, 2],
    build: (graph, x) => {
      const [first, , last] = op.split(graph, x, 0, 3);
      return op.mul(graph, first!, last!);
    },
  },
  'Slice and Pad': {
    shape: [4, 5],
    build: (graph, x) => graph.node('Pad', [op.slice(graph, x, 1, 1, 3), graph.integers([0, 2, 1, 0])]),
  },
  'Concat around a constant': {
    shape: [2, 3],
    build: (graph, x) => op.concat(graph, [x, constant(graph, 'w', [2, 4]), op.mul(graph, x, x)], 1),
  },
  'Concat along the last axis, counted from the end': {
    shape: [2, 3],
    build: (graph, x) => op.concat(graph, [op.relu(graph, x), x], -1),
  },
  Relu: { shape: [3, 5], build: (graph, x) => op.relu(graph, x) },
  FastGelu: { shape: [3, 5], build: (graph, x) => op.gelu(graph, x) },
  Gelu: { shape: [3, 5], build: (graph, x) => op.exactGelu(graph, x) },
  Softmax: { shape: [3, 5], build: (graph, x) => op.softmax(graph, x) },
  InstanceNormalization: {
    shape: [1, 3, 6],
    build: (graph, x) =>
      graph.node('InstanceNormalization', [x, constant(graph, 'scale', [3]), constant(graph, 'bias', [3])], {
        epsilon: { float: 1e-5 },
      }),
  },
  LayerNormalization: {
    shape: [2, 3, 6],
    build: (graph, x) =>
      graph.node('LayerNormalization', [x, constant(graph, 'scale', [6]), constant(graph, 'bias', [6])], {
        axis: -1,
        epsilon: { float: 1e-5 },
      }),
  },
  'Conv 1 x 1': {
    shape: [1, 3, 4, 4],
    build: (graph, x) =>
      graph.node('Conv', [x, constant(graph, 'w', [2, 3, 1, 1])], { kernel_shape: [1, 1] }),
  },
  ...Object.fromEntries(
    [7, 8].map((side) => [
      `Conv with a stride on a side of ${side}`,
      {
        shape: [1, 2, side, side],
        build: (graph: GraphBuilder, x: Value) =>
          graph.node('Conv', [x, constant(graph, 'w', [3, 2, 3, 3])], {
            kernel_shape: [3, 3],
            strides: [2, 2],
            pads: [1, 1, 1, 1],
          }),
      },
    ]),
  ),
  'Conv, depthwise': {
    shape: [1, 3, 5, 5],
    build: (graph, x) =>
      graph.node('Conv', [x, constant(graph, 'w', [3, 1, 3, 3])], {
        kernel_shape: [3, 3],
        pads: [1, 1, 1, 1],
        group: 3,
      }),
  },
};

describe('gradients of a graph', () => {
  it.each(Object.entries(CASES))(
    'agree with finite differences: %s',
    async (_, { shape, rank = shape.length, build }) => {
      const graph = new GraphBuilder('tiny', new Map());
      const y = build(graph, graph.input('x', shape));
      const free = Array.from({ length: rank }, (_, axis) => `axis ${axis}`);
      graph.output('y', free, y);
      const forward = graph.build();
      const values = waves(elements(shape), 3);
      const base = (await runOnce(forward, { x: { shape, values } })).y!;
      const seed = waves(base.values.length, 5);

      const gradient = await gradientOf(forward, { shape, values }, { shape: base.shape, values: seed });
      const session = await openGraph(forward);
      const step = 1e-2;
      const loss = async (at: Float32Array) => {
        const { y: out } = await run(session, { x: { shape, values: at } });
        return out!.values.reduce((sum, value, i) => sum + value * seed[i]!, 0);
      };
      for (let i = 0; i < values.length; i++) {
        const moved = (by: number) => values.map((value, at) => (at === i ? value + by : value));
        const difference = ((await loss(moved(step))) - (await loss(moved(-step)))) / (2 * step);
        expect(Math.abs(gradient[i]! - difference)).toBeLessThan(2e-2 * (1 + Math.abs(difference)));
      }
      expect(gradient.some((value) => Math.abs(value) > 1e-3)).toBe(true);
    },
  );

  it('name what has no rule, and what the loss does not depend on', () => {
    const graph = new GraphBuilder('tiny', new Map());
    const x = graph.input('x', [2]);
    graph.output('y', [2], graph.node('Floor', [x]));
    graph.output('z', [2], op.relu(graph, graph.input('other', [2])));
    const builder = new GraphBuilder('gradient', new Map());
    const seeds = (name: string) => new Map([[name, x]]);
    const { graph: forward } = graph.build();
    expect(() => appendGradients(builder, forward, seeds('y'), ['x'])).toThrow('input 0 of Floor');
    expect(() => appendGradients(builder, forward, seeds('z'), ['x'])).toThrow('does not depend on x');
  });

  it('pass through an If once its branch is part of the graph', async () => {
    const branch = (name: string, factor: number) => {
      const inner = new GraphBuilder(name, new Map());
      inner.output(`${name}/out`, [2], op.mul(inner, { name: 'x' }, inner.scalar(factor)));
      return { graph: inner.buildGraph() };
    };
    const graph = new GraphBuilder('tiny', new Map());
    graph.input('x', [2]);
    const condition = graph.node('Cast', [graph.scalar(0)], { to: DATA_TYPE.bool });
    const branches = { then_branch: branch('then', 3), else_branch: branch('else', 5) };
    graph.output('y', [2], graph.node('If', [condition], branches));
    const at = { shape: [2], values: Float32Array.of(1, 2) };
    const gradient = await gradientOf(withThenBranches(graph.build()), at, {
      shape: [2],
      values: Float32Array.of(1, 1),
    });
    expect([...gradient]).toEqual([3, 3]);
  });
});

async function gradientOf(forward: OnnxModel, x: FloatArray, seed: FloatArray): Promise<Float32Array> {
  const builder = new GraphBuilder('gradient', new Map());
  const seeds = new Map([['y', builder.input('seed', seed.shape)]]);
  const { x: gradient } = Object.fromEntries(appendGradients(builder, forward.graph, seeds, ['x']));
  builder.output('dx', x.shape, gradient!);
  const outputs = await runOnce(extended(forward, builder.buildGraph()), { x, seed });
  expect(outputs.dx!.shape).toEqual(x.shape);
  return outputs.dx!.values;
}

/** Values in -1.5..1.5 that do not repeat and keep away from 0, where Relu has no derivative. */
function waves(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const value = 1.45 * Math.sin(1.7 * i + seed * 2.3);
    return value + 0.05 * Math.sign(value);
  });
}

const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
