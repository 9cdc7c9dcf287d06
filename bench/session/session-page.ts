import { Channel, type Handlers, type Port } from '../../src/shared/channel.ts';
import {
  HOST_CONTRACT,
  type HostContract,
  type ImageLayer,
  type Selection,
} from '../../src/shared/host-contract.ts';
import { UI_CONTRACT, type UiContract } from '../../src/shared/ui-contract.ts';
import type { Size } from '../../src/shared/affine.ts';

/** Runs in Chromium around `ui.html`: a host with one image at a time that keeps nothing of what it is given. */

export interface SessionPage {
  /** Selects an image, which the UI then opens. Done when the UI has embedded it. */
  open(name: string, fileBase64: string, imageSizePx: Size): Promise<void>;
  /** Done when the UI places its next result. */
  untilPlaced(): Promise<void>;
}

const frame = document.querySelector('iframe')!;
let image: { layer: ImageLayer; bytes: Uint8Array; sizePx: Size } | null = null;
const awaited: Partial<Record<'embedded' | 'placed', () => void>> = {};

function until(what: keyof typeof awaited): Promise<void> {
  return new Promise((resolve) => (awaited[what] = resolve));
}

const selection = (): Selection => ({
  images: image ? [image.layer] : [],
  emptyReason: image ? null : 'nothing-selected',
  omittedCount: 0,
});

const handlers: Handlers<HostContract> = {
  describeHost: () => ({
    resultsAre: 'layers',
    outputKinds: ['cutout', 'vector', 'mask-group'],
    maxTileSidePx: 4096,
    isUiResizable: false,
    hearsUndoKeys: false,
    keepsEmbeddings: true,
  }),
  getStartTask: () => ({ task: 'object' }),
  getSelection: selection,
  readImage: ({ source }) => {
    const { width, height } = image!.sizePx;
    return {
      source,
      pixels: { from: 'stored' },
      bytes: image!.bytes.slice(),
      imageSizePx: image!.sizePx,
      visibleImagePolygon: [
        { x: 0, y: 0 },
        { x: width, y: 0 },
        { x: width, y: height },
        { x: 0, y: height },
      ],
    };
  },
  placeOutput: () => {
    awaited.placed?.();
    return { nodeIds: [], notice: null };
  },
  readCutout: () => Promise.reject(new Error('No result is kept.')),
  // The UI keeps what it has just embedded.
  keepEmbedding: () => {
    awaited.embedded?.();
    return null;
  },
  recallEmbedding: () => ({ bytes: null }),
  resizeUi: () => null,
  notify: () => null,
  closePlugin: () => null,
};

const port: Port = {
  post: (message) => frame.contentWindow!.postMessage({ pluginMessage: message }, '*'),
  listen(onMessage) {
    const onWindowMessage = ({ data, source }: MessageEvent<{ pluginMessage?: unknown }>) => {
      if (source === frame.contentWindow) onMessage(data.pluginMessage);
    };
    addEventListener('message', onWindowMessage);
    return () => removeEventListener('message', onWindowMessage);
  },
};
const ui = new Channel<HostContract, UiContract>(port, HOST_CONTRACT, handlers, UI_CONTRACT);

const sessionPage: SessionPage = {
  async open(name, fileBase64, imageSizePx) {
    const bytes = Uint8Array.from(atob(fileBase64), (char) => char.charCodeAt(0));
    const source = { layerId: name, fillIndex: 0, imageHash: name };
    image = { layer: { source, name, layerSize: imageSizePx }, bytes, sizePx: imageSizePx };
    const embedded = until('embedded');
    ui.emit('selectionChanged', selection());
    await embedded;
  },
  untilPlaced: () => until('placed'),
};

(globalThis as unknown as { sessionPage: SessionPage }).sessionPage = sessionPage;
