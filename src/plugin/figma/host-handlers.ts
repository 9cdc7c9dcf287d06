import type { Handlers } from '../../shared/channel.ts';
import type { HostContract, StartTask } from '../../shared/host-contract.ts';
import { keepEmbedding, recallEmbedding } from './kept-embedding.ts';
import { keepLastCutout } from './last-cutout.ts';
import { placeOutput } from './place-output.ts';
import { readCutout } from './read-cutout.ts';
import { readImage } from './read-image.ts';
import { readSelection } from './read-selection.ts';
import { resizeUi } from './ui-window.ts';

/** figma.notify cuts longer texts off. */
const MAX_NOTIFICATION_LENGTH = 100;

/** `createImage` takes no larger image. */
const MAX_IMAGE_SIDE_PX = 4096;

/** Commands of the manifest that are tasks of the UI. */
const TASKS: readonly StartTask[] = ['everything', 'edit'];

export const hostHandlers: Handlers<HostContract> = {
  describeHost: () => ({
    resultsAre: 'layers',
    outputKinds: ['cutout', 'vector', 'mask-group'],
    maxTileSidePx: MAX_IMAGE_SIDE_PX,
    isUiResizable: true,
    hearsUndoKeys: false,
    keepsEmbeddings: true,
  }),
  getSelection: () => readSelection(),
  readImage: (request) => readImage(request),
  readCutout: () => readCutout(),
  async placeOutput(request) {
    const result = await placeOutput(request);
    void keepLastCutout(request);
    return result;
  },
  getStartTask: () => ({
    task: TASKS.filter((task) => task === figma.command)[0] ?? 'object',
  }),
  async keepEmbedding({ imageKey, bytes }) {
    await keepEmbedding(imageKey, bytes);
    return null;
  },
  recallEmbedding: async ({ imageKey }) => ({ bytes: await recallEmbedding(imageKey) }),
  resizeUi({ sizePx }) {
    resizeUi(sizePx);
    return null;
  },
  notify({ message, isError }) {
    const isLong = message.length > MAX_NOTIFICATION_LENGTH;
    figma.notify(isLong ? `${message.slice(0, MAX_NOTIFICATION_LENGTH - 1)}…` : message, { error: isError });
    return null;
  },
  closePlugin() {
    figma.closePlugin();
    return null;
  },
};
