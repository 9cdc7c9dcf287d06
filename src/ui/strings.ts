import type { OutputKind } from '../shared/host-contract.ts';
import type { MaskSize } from './session/mask-size.ts';

function percent(fraction: number): string {
  const value = fraction * 100;
  return `${value > 0 && value < 1 ? '<1' : Math.round(value)}%`;
}

/** All that the UI says, in one place. Failures bring their own message from where they arose. */
export const strings = {
  canvas: {
    name: (layerName: string) => `Image of ${layerName}`,
    help: 'Arrow keys move a crosshair, Enter adds a point, Alt+Enter removes.',
  },
  empty: {
    title: 'Select a layer with an image',
    nothingSelected: 'Pick a photo on the canvas, and it opens here.',
    noImage: 'The selected layer has no image fill. Pick a photo, or a frame that holds one.',
    asking: 'Looking at the selection…',
  },
  images: {
    label: 'Images in the selection',
    omitted: (count: number) => `+${count} more`,
  },
  stage: {
    reading: 'Reading the image',
    starting: 'Starting the engine',
    embedding: 'Analysing the image',
    stopped: 'Analysis stopped',
    cancel: 'Cancel',
    startAgain: 'Start again',
  },
  hint: {
    wait: 'Selecting starts when the analysis is done.',
    start: 'Hover to preview. Click to select, drag for a box.',
    startWithAdd: 'Start with a click on the object; then take parts away.',
    refine: (areaFraction: number, alt: string) =>
      `${percent(areaFraction)} selected. Click adds, ${alt}-click removes.`,
    selecting: 'Finding the outline…',
    nothingFound: 'Nothing found here. Try another spot, or drag a box.',
    stopped: 'Start the analysis to select objects.',
    keptWithoutSelection: (name: string) => `“${name}” is no longer selected. You can go on with it.`,
  },
  maskSize: {
    label: 'Mask size',
    names: { whole: 'Whole', part: 'Part', detail: 'Detail' } satisfies Record<MaskSize, string>,
    tips: {
      whole: 'The whole object',
      part: 'A part of it',
      detail: 'The smallest part',
    } satisfies Record<MaskSize, string>,
  },
  edit: { label: 'Edit', undo: 'Undo', redo: 'Redo', clear: 'Clear selection' },
  zoom: {
    label: 'Zoom',
    in: 'Zoom in',
    out: 'Zoom out',
    fit: 'Zoom to fit',
    percent,
  },
  apply: {
    label: 'Apply as',
    names: { cutout: 'Cutout', vector: 'Vector', 'mask-group': 'Mask group' } satisfies Record<
      OutputKind,
      string
    >,
    buttonName: (kind: OutputKind) => `Apply as ${strings.apply.names[kind].toLowerCase()}`,
    tips: {
      cutout: 'Image layer with a transparent background',
      vector: 'Shape along the outline',
      'mask-group': 'Copy of the layer under an editable mask',
    } satisfies Record<OutputKind, string>,
    making: {
      cutout: 'Making the cutout…',
      vector: 'Tracing the outline…',
      'mask-group': 'Tracing the mask…',
    },
    placing: 'Placing it on the canvas…',
    done: (kind: OutputKind, layerName: string) => `${strings.apply.names[kind]} placed over “${layerName}”.`,
  },
  resize: 'Resize the window',
  problem: { retry: 'Try again', reload: 'Reload image', dismiss: 'Dismiss' },
} as const;
