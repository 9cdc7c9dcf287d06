import { readFile } from 'node:fs/promises';
import type { Size } from '../../src/shared/affine.ts';
import type { Output, SourceImage } from '../../src/shared/host-contract.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import type { FigmaDocument } from '../../test/host/document/figma-document.ts';
import { FigmaDouble } from '../../test/host/figma-double.ts';
import { rasteriseToPng } from '../../test/host/rasterise-svg.ts';
import { HeadlessUi } from '../../test/host/headless-ui.ts';

/** The built plugin at work on a document, spoken to as its UI speaks to it. */
export interface OpenPlugin {
  /** Selects a layer on the canvas and asks the plugin for its image. */
  readImage(layerId: string): Promise<SourceImage>;
  placeOutput(image: ReadImage, imageSizePx: Size, output: Output): Promise<void>;
  close(): void;
}

type ReadImage = Pick<SourceImage, 'source' | 'pixels'>;

export async function openPlugin(document: FigmaDocument): Promise<OpenPlugin> {
  // This file is built into dist/workbench/demo.mjs.
  const mainJs = await readFile(new URL('../main.js', import.meta.url), 'utf8');
  const ui = new HeadlessUi();
  const double = await FigmaDouble.open({
    mainJs,
    uiHtml: '',
    document,
    surface: ui,
    rasterise: rasteriseToPng,
  });
  return {
    async readImage(layerId) {
      double.select([layerId]);
      const { images } = await ui.channel.call('getSelection', {});
      if (!images[0]) throw new TinyCutError('layer-missing', 'The plugin found no image in the selection.');
      return ui.channel.call('readImage', { source: images[0].source });
    },
    async placeOutput({ source, pixels }, imageSizePx, output) {
      await ui.channel.call('placeOutput', { source, pixels, imageSizePx, output });
    },
    close: () => double.close(),
  };
}
