import { IMAGE_SIDE_PX } from '../../../src/inference/model/architecture.ts';
import { EMBEDDING_PORT } from '../../../src/inference/model/graph/decoder-ports.ts';
import {
  buildStem,
  buildTrunk,
  PART_INPUT,
  PART_OUTPUT,
} from '../../../src/inference/model/graph/encoder.ts';
import type { OnnxModel } from '../../../src/inference/model/onnx/model.ts';
import type { StoredTensors } from '../../../src/inference/model/stored-tensor.ts';
import { chained, withGraph } from './combine-models.ts';

/** The encoder's parts as one graph, each product once: `image` [1, 3, 1024, 1024] to `image_embedding`. */
export function wholeEncoder(tensors: StoredTensors): OnnxModel {
  const side = IMAGE_SIDE_PX;
  const stem = buildStem(tensors, { width: side, height: side }, { isStriped: false });
  const parts = [...stem, ...buildTrunk(tensors)];
  const nameAfter = (count: number) =>
    count === 0
      ? 'image'
      : count === parts.length
        ? EMBEDDING_PORT.name
        : `${parts[count - 1]!.graph.name}/output`;
  return parts
    .map((part, i) =>
      withPortNames(
        part,
        new Map([
          [PART_INPUT, nameAfter(i)],
          [PART_OUTPUT, nameAfter(i + 1)],
        ]),
      ),
    )
    .reduce((whole, part) => chained(whole, part));
}

function withPortNames(model: OnnxModel, names: ReadonlyMap<string, string>): OnnxModel {
  const renamed = (name: string) => names.get(name) ?? name;
  const { nodes, inputs, outputs } = model.graph;
  const port = <T extends { name: string }>(of: T): T => ({ ...of, name: renamed(of.name) });
  return withGraph(model, {
    nodes: nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
    })),
    inputs: inputs.map(port),
    outputs: outputs.map(port),
  });
}
