import type { Pixels, Selection } from '../../src/shared/host-contract.ts';
import { buildMain } from './build-main.ts';
import type { FigmaDocument } from './document/figma-document.ts';
import { FigmaDouble, type FigmaDoubleOptions } from './figma-double.ts';
import { rasteriseToPng } from './rasterise-svg.ts';
import { HeadlessUi, type UiChannel } from './headless-ui.ts';

/** For results in the pixels of the stored file. */
export const STORED: Pixels = { from: 'stored' };

export interface OpenPlugin {
  double: FigmaDouble;
  ui: HeadlessUi;
  channel: UiChannel;
}

/** The plugin's current sources, at work on a document, with a window that tests speak for. */
export async function openPlugin(
  document: FigmaDocument,
  options: Partial<FigmaDoubleOptions> = {},
): Promise<OpenPlugin> {
  const ui = new HeadlessUi();
  const mainJs = await buildMain();
  const double = await FigmaDouble.open({
    mainJs,
    uiHtml: '<p>TinyCut</p>',
    document,
    surface: ui,
    rasterise: rasteriseToPng,
    ...options,
  });
  return { double, ui, channel: ui.channel };
}

/** The first image of what is selected. */
export async function firstSource(channel: UiChannel): Promise<Selection['images'][number]['source']> {
  const { images } = await channel.call('getSelection', {});
  return images[0]!.source;
}
