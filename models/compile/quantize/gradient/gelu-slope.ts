import type { GraphBuilder, Value } from '../../../../src/inference/model/onnx/graph-builder.ts';
import { add, mul, sub } from '../../../../src/inference/model/onnx/operations.ts';

/** GELU's tanh form: x (1 + tanh(k (x + c x^3))) / 2, as onnxruntime's FastGelu computes it. */
const K = Math.sqrt(2 / Math.PI);
const C = 0.044715;

/** Derivative of the tanh form at x. */
export function fastGeluSlope(graph: GraphBuilder, x: Value): Value {
  const one = graph.scalar(1);
  const square = mul(graph, x, x);
  const angle = mul(graph, x, add(graph, mul(graph, square, graph.scalar(K * C)), graph.scalar(K)));
  const tanh = graph.node('Tanh', [angle]);
  // With u = k (x + c x^3): slope = (1 + t) / 2 * (1 + (1 - t) x u').
  const angleSlope = add(graph, mul(graph, square, graph.scalar(3 * K * C)), graph.scalar(K));
  const factor = add(graph, mul(graph, mul(graph, sub(graph, one, tanh), x), angleSlope), one);
  return mul(graph, mul(graph, add(graph, tanh, one), factor), graph.scalar(0.5));
}

/** Derivative of x Phi(x): Phi(x) + x phi(x). */
export function exactGeluSlope(graph: GraphBuilder, x: Value): Value {
  const half = graph.scalar(0.5);
  const erf = graph.node('Erf', [mul(graph, x, graph.scalar(Math.SQRT1_2))]);
  const below = add(graph, mul(graph, erf, half), half);
  const bell = graph.node('Exp', [mul(graph, mul(graph, x, x), graph.scalar(-0.5))]);
  return add(graph, below, mul(graph, mul(graph, x, bell), graph.scalar(1 / Math.sqrt(2 * Math.PI))));
}
