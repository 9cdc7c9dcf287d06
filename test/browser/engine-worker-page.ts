import { Channel, type Port } from '../../src/shared/channel.ts';
import { EMPTY_CONTRACT } from '../../src/shared/contract.ts';
import { EngineClient } from '../../src/ui/engine/engine-client.ts';
import { ENGINE_CONTRACT, type EngineProgress } from '../../src/shared/engine-contract.ts';

/** Runs in the page of engine-worker.test.ts: starts the bundled worker as the plugin does and calls it. */

/** In base64. */
export type PackedFiles = Record<'packGzip' | 'wasmGzip', string>;

const toBase64 = (array: Uint8Array | Float32Array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
};
const toBytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

function unpack(packed: Partial<PackedFiles>): Partial<Record<keyof PackedFiles, Uint8Array>> {
  return Object.fromEntries(Object.entries(packed).map(([name, base64]) => [name, toBytes(base64)]));
}

function openEngine(workerScript: string) {
  const worker = new Worker(URL.createObjectURL(new Blob([workerScript], { type: 'text/javascript' })));
  const port: Port = {
    post: (frame, transfer) => worker.postMessage(frame, [...(transfer ?? [])] as Transferable[]),
    listen(onMessage) {
      worker.addEventListener('message', (event) => onMessage(event.data));
      return () => undefined;
    },
  };
  return new Channel<typeof EMPTY_CONTRACT, typeof ENGINE_CONTRACT>(
    port,
    EMPTY_CONTRACT,
    {},
    ENGINE_CONTRACT,
  );
}

const pageApi = {
  isSecureContext: () => isSecureContext,
  origin: () => self.origin,
  engine: null as ReturnType<typeof openEngine> | null,
  open(workerScript: string) {
    this.engine = openEngine(workerScript);
  },

  files: {} as Record<keyof PackedFiles, Uint8Array>,
  /** Once, since megabytes take seconds. */
  keepFiles(packed: PackedFiles) {
    this.files = unpack(packed) as Record<keyof PackedFiles, Uint8Array>;
  },

  async load(broken: Partial<PackedFiles> = {}) {
    const stages: EngineProgress[] = [];
    await this.engine!.call(
      'load',
      { ...this.files, ...unpack(broken) },
      { onProgress: (progress) => stages.push(progress) },
    );
    return stages;
  },

  /** @returns how many threads there are */
  async loadThreaded(maxThreadCount: number) {
    return (await this.engine!.call('load', { ...this.files, maxThreadCount })).threadCount;
  },

  /** Starts the engine as the UI does, but with a script whose URL no thread can be started from. */
  async startWhereThreadsFail(workerScript: string, maxThreadCount: number) {
    const worker = new Blob([workerScript], { type: 'text/javascript' });
    const [packGzip, wasmGzip] = [this.files.packGzip, this.files.wasmGzip].map(
      (bytes) => new Blob([bytes as Uint8Array<ArrayBuffer>]),
    );
    let spawnCount = 0;
    const client = new EngineClient({
      takeFiles: () => Promise.resolve({ packGzip: packGzip!, wasmGzip: wasmGzip!, worker }),
      async spawn(script) {
        spawnCount++;
        const url = URL.createObjectURL(script);
        const started = new Worker(url);
        await new Promise((resolve) => started.addEventListener('message', resolve, { once: true }));
        URL.revokeObjectURL(url);
        return started;
      },
      maxThreadCount,
    });
    await client.start();
    return spawnCount;
  },

  isIsolated: () => crossOriginIsolated,

  embed(file: string) {
    return this.engine!.call('embed', { file: toBytes(file) });
  },

  async segment(imageId: string, x: number, y: number) {
    const prompt = { points: [{ x, y, label: 1 as const }], box: null, previousLogits: null };
    const { candidates, ...rest } = await this.engine!.call('segment', { imageId, prompt });
    return { ...rest, logits: candidates.map(({ logits }) => toBase64(logits)) };
  },

  /** Cuts out the left half of a 4 : 3 image. */
  async cutLeftHalf(imageId: string, maxTileSidePx: number) {
    const logits = Float32Array.from({ length: 256 * 256 }, (_, i) => 127.5 - (i % 256));
    const { tiles } = await this.engine!.call('makeCutout', {
      imageId,
      logits,
      clipImagePolygon: null,
      edge: null,
      maxTileSidePx,
    });
    return tiles.map(({ png, imageRect }) => ({ png: toBase64(png), imageRect }));
  },

  /** What a call rejects with. */
  async failureOf(call: () => Promise<unknown>) {
    try {
      await call();
      return 'no failure';
    } catch (thrown) {
      return (thrown as { code: string }).code;
    }
  },
};
export type EnginePage = typeof pageApi;

(globalThis as unknown as { enginePage: EnginePage }).enginePage = pageApi;
