import type { Segmenter } from '../../src/inference/index.ts';
import type { EngineClient } from '../../src/ui/engine/engine-client.ts';

/** What batches ask of the engine, answered in this thread. Calls in `others` come before the segmenter's. */
export function segmenterEngine(
  segmenter: Segmenter,
  others: Record<string, (params: never) => unknown>,
): EngineClient {
  const served: typeof others = {
    embed: ({ file }: { file: Uint8Array }) => segmenter.embed(file),
    findSubject: async ({ imageId }: { imageId: string }) => ({
      proposals: await segmenter.findSubject(imageId),
    }),
    makeCutout: async ({ imageId, logits }: { imageId: string; logits: Float32Array }) => ({
      tiles: await segmenter.makeCutout(imageId, logits),
    }),
    ...others,
  };
  return {
    call: async (method: string, params: never) => served[method]!(params),
    onLost: () => () => {},
    onMemoryShort: () => () => {},
  } as unknown as EngineClient;
}
