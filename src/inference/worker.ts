import { Channel, Transferred, type Handlers, type Port } from '../shared/channel.ts';
import { EMPTY_CONTRACT } from '../shared/contract.ts';
import { ENGINE_CONTRACT, type EngineContract } from '../shared/engine-contract.ts';
import { TinyCutError } from '../shared/errors.ts';
import { gunzip } from './gunzip.ts';
import { Segmenter } from './segmenter.ts';
import { allowThreads, threadCount } from './session.ts';
import { stageReporter } from './stages.ts';

/**
 * The Worker's side of ENGINE_CONTRACT: one Segmenter, loaded by the first call. onnxruntime-web starts its threads from the
 * URL of this same script; in them there is nothing to serve, since it takes their messages itself.
 */
const isRuntimeThread = self.name.startsWith('em-pthread');

let loading: Promise<Segmenter> | null = null;

const handlers: Handlers<EngineContract> = {
  async load({ maxThreadCount = 1, ...files }, { signal, progress }) {
    if (loading) throw new TinyCutError('bad-argument', 'The engine has been loaded already.');
    const startedAt = performance.now();
    allowThreads(maxThreadCount);
    const attempt = unpackAndLoad(files, { signal, onProgress: progress });
    loading = attempt;
    try {
      await attempt;
    } catch (thrown) {
      loading = null; // so that the caller can try again
      throw thrown;
    }
    return { loadMs: performance.now() - startedAt, threadCount: threadCount() };
  },

  async embed({ file, keptEmbedding }, { signal, progress }) {
    return (await segmenter()).embed(file, { keptEmbedding, signal, onProgress: progress });
  },

  async keepEmbedding({ imageId }) {
    const bytes = (await segmenter()).keepEmbedding(imageId);
    return new Transferred({ bytes }, [bytes.buffer]);
  },

  async segment({ imageId, prompt }, { signal }) {
    const engine = await segmenter();
    const segmentation = await engine.segment(imageId, prompt, { signal });
    const candidates = segmentation.candidates.map((candidate) => ({
      ...candidate,
      logits: engine.withoutDust(imageId, candidate.logits),
    }));
    return new Transferred(
      { ...segmentation, candidates },
      candidates.map(({ logits }) => logits.buffer),
    );
  },

  async makeCutout({ imageId, logits, ...options }, { signal, progress }) {
    const tiles = await (
      await segmenter()
    ).makeCutout(imageId, logits, { ...options, signal, onProgress: progress });
    return new Transferred(
      { tiles },
      tiles.map(({ png }) => png.buffer),
    );
  },

  async previewEdge({ imageId, logits, ...options }, { signal }) {
    const engine = await segmenter();
    const { matte, sizePx } = await engine.previewEdge(imageId, logits, { ...options, signal });
    const { alpha, imageRect } = matte;
    return new Transferred({ alpha, alphaRect: imageRect, sizePx }, [alpha.buffer]);
  },

  async tracePaths({ imageId, logits, ...options }, { signal, progress }) {
    const engine = await segmenter();
    return engine.tracePaths(imageId, logits, { ...options, signal, onProgress: progress });
  },

  async findSubject({ imageId }, { signal, progress }) {
    const engine = await segmenter();
    const found = await engine.findSubject(imageId, { signal, onProgress: progress });
    const proposals = found.map((proposal) => ({
      ...proposal,
      logits: engine.withoutDust(imageId, proposal.logits),
    }));
    return new Transferred(
      { proposals },
      proposals.map(({ logits }) => logits.buffer),
    );
  },

  async findRegions({ imageId }, { signal, progress }) {
    return { regionCount: await (await segmenter()).findRegions(imageId, { signal, onProgress: progress }) };
  },

  async arrangeLayers({ imageId, detail }) {
    return (await segmenter()).arrangeLayers(imageId, detail);
  },

  async makeLayers({ imageId, groups, kind, ...options }, { signal, progress }) {
    const layers = await (
      await segmenter()
    ).makeLayers(imageId, groups, kind, { ...options, signal, onProgress: progress });
    const tiles = layers.flatMap(({ output }) => (output.kind === 'cutout' ? output.tiles : []));
    return new Transferred(
      { layers },
      tiles.map(({ png }) => png.buffer),
    );
  },
};

async function unpackAndLoad(
  { packGzip, wasmGzip }: { packGzip: Uint8Array; wasmGzip: Uint8Array },
  options: Parameters<typeof stageReporter>[0],
): Promise<Segmenter> {
  const { onProgress } = options;
  await stageReporter(options)('unpack', 0);
  const [pack, wasm] = await Promise.all([packGzip, wasmGzip].map(gunzip));
  return Segmenter.load(
    { pack: pack!, isPackChecked: true, wasm: wasm! },
    {
      ...options,
      onMemoryShort: () => channel?.emit('memoryShort', {}),
      onProgress:
        onProgress && ((progress) => onProgress({ ...progress, fraction: 0.3 + 0.7 * progress.fraction })),
    },
  );
}

function segmenter(): Promise<Segmenter> {
  return loading ?? Promise.reject(new TinyCutError('bad-argument', 'The engine has not been loaded yet.'));
}

const selfPort: Port = {
  post: (frame, transfer) => self.postMessage(frame, { transfer: [...(transfer ?? [])] as Transferable[] }),
  listen(onMessage) {
    const onWorkerMessage = (event: MessageEvent<unknown>) => onMessage(event.data);
    self.addEventListener('message', onWorkerMessage);
    return () => self.removeEventListener('message', onWorkerMessage);
  },
};

const channel = isRuntimeThread ? null : new Channel(selfPort, ENGINE_CONTRACT, handlers, EMPTY_CONTRACT);
