import * as v from 'valibot';
import { decode, encode, ImageRef, MIXED, NodeRef } from '../sandbox/wire.ts';
import { checked, finite, type MembersOf } from './member.ts';
import type { PluginRun } from './plugin-run.ts';

const MIN_WIDTH_PX = 70;

const uiOptions = v.optional(
  v.strictObject({
    visible: v.optional(v.boolean(), true),
    title: v.optional(v.string(), 'Plugin'),
    width: v.optional(finite, 300),
    height: v.optional(finite, 200),
    position: v.optional(v.strictObject({ x: finite, y: finite })),
    themeColors: v.optional(v.boolean(), false),
  }),
  {},
);

/** `figma.showUI` */
export function showUi(run: PluginRun, html: unknown, options: unknown): void {
  const { visible, title, width, height, themeColors } = checked(uiOptions, options, 'showUI');
  run.isUiOpen = true;
  run.options.surface.show(checked(v.string(), html, 'showUI'), {
    widthPx: Math.max(width, MIN_WIDTH_PX),
    heightPx: Math.max(height, 0),
    title,
    isVisible: visible,
    themeColors,
  });
}

function requireUi(run: PluginRun, place: string): PluginRun['options']['surface'] {
  if (!run.isUiOpen) throw new Error(`in ${place}: No UI to send a message to`);
  return run.options.surface;
}

export const UI_MEMBERS = {
  show: { call: (run) => requireUi(run, 'show').setVisible(true) },
  hide: { call: (run) => requireUi(run, 'hide').setVisible(false) },
  resize: {
    call: (run, _id, args) => {
      const [width, height] = checked(v.strictTuple([finite, finite]), args, 'resize');
      requireUi(run, 'resize').resize(Math.max(width, MIN_WIDTH_PX), Math.max(height, 0));
    },
  },
  close: {
    call: (run) => {
      requireUi(run, 'close').close();
      run.isUiOpen = false;
    },
  },
  postMessage: {
    call: (run, _id, [message]) => {
      requireUi(run, 'postMessage');
      requireNoReference(message);
      run.options.postToUi(decode(encode(message)));
    },
  },
} satisfies MembersOf<UIAPI>;

/** Nodes, images and figma.mixed mean nothing outside the main process. */
function requireNoReference(value: unknown): void {
  if (value === MIXED) throw new Error('in postMessage: Cannot unwrap symbol');
  if (value instanceof NodeRef || value instanceof ImageRef) {
    throw new Error('in postMessage: Cannot send a node or an image to the UI');
  }
  if (Array.isArray(value)) value.forEach(requireNoReference);
  else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    Object.values(value).forEach(requireNoReference);
  }
}
