import { MASK_SIZES } from '../shared/cutout-recipe.ts';
import type { EmptyReason, HostTraits, OutputKind, RenderReason } from '../shared/host-contract.ts';
import type { ObjectToolName } from './canvas/object-tools.ts';
import type { Task } from './session/task.ts';
import type { ApplyKind } from './session/applying.ts';
import type { MaskSize } from './session/mask-size.ts';

function percent(fraction: number): string {
  const value = fraction * 100;
  return `${value > 0 && value < 1 ? '<1' : Math.round(value)}%`;
}

/** A share, with words for its ends that tell which way it goes. */
function between(least: string, some: string, most: string, share: number): string {
  if (share === 0) return least;
  return share === 1 ? most : some;
}

/** Of the two guesses that are not on show. */
function keysOfOthers(shown: MaskSize | null): string {
  return MASK_SIZES.flatMap((size, i) => (size === (shown ?? 'whole') ? [] : [i + 1])).join(' or ');
}

type ResultForm = HostTraits['resultsAre'];

function applied(kind: ApplyKind): string {
  return kind === 'layers' ? 'Layers' : strings.apply.names[kind];
}

/** All that the UI says, in one place. Failures bring their own message from where they arose. */
export const strings = {
  canvas: {
    name: (layerName: string) => `Image of ${layerName}`,
    help: {
      object: 'Arrow keys move a crosshair, Enter adds a point, Alt+Enter removes.',
      everything:
        'Arrow keys move a crosshair, Enter chooses a layer or leaves it out, Shift+Enter merges layers.',
    } satisfies Record<Task, string>,
    brushHelp: 'Arrow keys move the brush, Enter dabs, Alt+Enter does the opposite.',
  },
  task: {
    label: 'Tool',
    names: { object: 'Object', everything: 'Everything' } satisfies Record<Task, string>,
    tips: {
      object: 'Cut out what you point at',
      everything: 'Split the image into layers',
    } satisfies Record<Task, string>,
  },
  empty: {
    title: 'Select a layer with an image',
    reasons: {
      'nothing-selected': 'Pick a photo on the canvas, and it opens here.',
      'no-image': 'The selected layer has no image fill. Pick a photo, or a frame that holds one.',
      hidden: 'What is selected is hidden. Show the layer and its image, and it opens here.',
      'mixed-fills': 'This layer has several fills. Give all of it the same image fill, or pick a photo.',
    } satisfies Record<EmptyReason, string>,
    asking: 'Looking at the selection…',
  },
  images: {
    label: 'Images in the selection',
    omitted: (count: number) => `+${count} more`,
  },
  rendered: {
    filters: 'Taken as the canvas shows it, since the image is adjusted.',
    shape: 'Taken as the canvas shows it, in the shape of its layer.',
    coarse: 'Taken as the canvas shows it, since the image has few pixels.',
    missing: 'Taken as the canvas shows it, since Figma did not hand out the image.',
    unreadable: 'Taken as the canvas shows it, since the image’s file can’t be used.',
  } satisfies Record<RenderReason, string>,
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
    editing: (name: string) => `Editing “${name}”: what you apply takes its place.`,
    inverted: (areaFraction: number) => `${percent(areaFraction)} selected: all but the object.`,
    add: (alt: string) => `Drag to add to the mask, with ${alt} to erase. [ and ] change the size.`,
    erase: (alt: string) => `Drag to erase from the mask, with ${alt} to add. [ and ] change the size.`,
    painted: (areaFraction: number, alt: string) =>
      `${percent(areaFraction)} selected, painted by hand. Click adds, ${alt}-click removes.`,
    selecting: 'Finding the outline…',
    nothingFound: 'Nothing found here. Try another spot, or drag a box.',
    stopped: 'Start the analysis to select objects.',
    keptWithoutSelection: (name: string) => `“${name}” is no longer selected. You can go on with it.`,
  },
  tools: {
    label: 'Tools',
    names: { select: 'Select', add: 'Paint', erase: 'Erase' } satisfies Record<ObjectToolName, string>,
    tips: {
      select: 'Click or box the object',
      add: 'Paint on the mask',
      erase: 'Erase from the mask',
    } satisfies Record<ObjectToolName, string>,
    keys: { select: 'V', add: 'P', erase: 'E' } satisfies Record<ObjectToolName, string>,
    invert: 'Invert',
    invertTip: 'Keep all but the object',
    invertKey: 'I',
    size: 'Size',
    sizeTip: 'Size of the brush\u2002[ ]',
    sizePx: (diameterPx: number) => `${Math.max(1, Math.round(diameterPx))} px`,
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
  subject: {
    button: 'Remove background',
    buttonTip: 'Select what the image is about',
    label: 'Subject',
    names: { whole: 'Best guess', part: '2nd', detail: '3rd' } satisfies Record<MaskSize, string>,
    tips: {
      whole: 'The likeliest subject',
      part: 'Another guess',
      detail: 'One more guess',
    } satisfies Record<MaskSize, string>,
    finding: 'Finding the subject…',
    refine: (areaFraction: number, shown: MaskSize | null, alt: string) =>
      `${percent(areaFraction)} selected. Not it? Press ${keysOfOthers(shown)}. Click adds, ${alt}-click removes.`,
    nothingFound: 'Nothing stands out in this image. Click the object, or drag a box around it.',
  },
  removal: {
    running: (done: number, count: number) =>
      count === 1 ? 'Removing the background' : `Removing backgrounds, ${done + 1} of ${count}`,
    failures: 'What could not be done',
    finished: (placed: number, count: number) =>
      placed === count
        ? `${count === 1 ? 'Background' : `${count} backgrounds`} removed.`
        : `${placed} of ${count} backgrounds removed.`,
    cancelled: (placed: number, count: number) => `Stopped: ${placed} of ${count} backgrounds removed.`,
    goOn: 'Open the image',
  },
  /** As `removal`, for an earlier cutout that is made again. */
  repeat: {
    running: (done: number, count: number) =>
      count === 1 ? 'Repeating the cutout' : `Repeating the cutout, ${done + 1} of ${count}`,
    finished: (placed: number, count: number) =>
      placed === count
        ? `${count === 1 ? 'Cutout' : `${count} cutouts`} made.`
        : `${placed} of ${count} cutouts made.`,
    cancelled: (placed: number, count: number) => `Stopped: ${placed} of ${count} cutouts made.`,
  },
  edit: {
    label: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    clear: { object: 'Clear selection', everything: 'Reset layers' } satisfies Record<Task, string>,
  },
  layers: {
    label: 'Layers',
    name: (number: number) => `Object ${number}`,
    background: 'Background',
    itemName: (name: string, areaFraction: number) => `${name}, ${percent(areaFraction)} of the image`,
    mergedName: (name: string, count: number) => `${name} (${count} merged)`,
    searching: 'Finding everything',
    secondsLeft: (seconds: number) => `about ${seconds} s left`,
    stopped: 'Search stopped',
    making: 'Making the layers',
    detail: 'Detail',
    detailTip: 'Fewer large layers, or more small ones',
    choose: 'Choose layers',
    all: 'All',
    none: 'None',
    largerThan: 'Larger than…',
    largerThanShare: (areaFraction: number) => `Larger than ${areaFraction * 100}%`,
    largest: (count: number) => `${count} largest`,
    output: 'Make each layer a',
    split: 'Split into layers',
    splitTip: {
      layers: 'One group with the chosen layers and the background',
      files: 'A folder with the chosen layers and the background',
    } satisfies Record<ResultForm, string>,
    wait: 'Layers come when the analysis is done.',
    found: (count: number) => (count === 1 ? '1 layer so far.' : `${count} layers so far.`),
    nothingFound: 'Nothing stands out in this image. Point at something with the Object tool instead.',
    noneChosen: 'No layer is chosen. Click the ones you want.',
    chosen: (chosen: number, all: number) =>
      `${chosen} of ${all} layers chosen. Click toggles, Shift-click merges.`,
    mergeNext: (name: string) => `Shift-click a layer to merge it with ${name}.`,
    tooMany: (chosen: number, max: number) =>
      `${chosen} layers are chosen, and at most ${max} can be made at once.`,
    keepLargest: (count: number) => `Keep the ${count} largest`,
  },
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
      layers: {
        cutout: 'Image layer with a transparent background',
        vector: 'Shape along the outline',
        'mask-group': 'Copy of the layer under an editable mask',
      },
      files: {
        cutout: 'PNG with a transparent background',
        vector: 'SVG of the outline',
        'mask-group': 'The image under a mask',
      },
    } satisfies Record<ResultForm, Record<OutputKind, string>>,
    making: {
      cutout: 'Making the cutout…',
      vector: 'Tracing the outline…',
      'mask-group': 'Tracing the mask…',
      layers: 'Making the layers…',
    } satisfies Record<ApplyKind, string>,
    placing: {
      layers: 'Placing it on the canvas…',
      files: 'Writing the file…',
    } satisfies Record<ResultForm, string>,
    done: {
      layers: (kind: ApplyKind, layerName: string) => `${applied(kind)} placed over “${layerName}”.`,
      files: (kind: ApplyKind) => `${applied(kind)} made.`,
    } satisfies Record<ResultForm, (kind: ApplyKind, layerName: string) => string>,
    updated: (kind: ApplyKind) => `${applied(kind)} updated.`,
    noMask: 'No object is selected: click one first.',
  },
  edge: {
    label: 'Edge & outline',
    changed: 'changed',
    reset: 'Reset',
    resetTip: 'Edge and outline as they are at first',
    fit: {
      label: 'Fit the edge to the image',
      tip: 'Off: the edge of the mask as it is. In results, and on the picture while this is open',
    },
    softness: {
      label: 'Edge',
      tip: 'Hard to soft. For Cutout',
      value: (softness: number) => between('hard', `${percent(softness)} soft`, 'soft', softness),
    },
    shift: {
      label: 'Shift',
      tip: 'Shrink or grow by up to 10 image pixels',
      value: (shiftPx: number) =>
        shiftPx === 0 ? 'as it is' : `${shiftPx < 0 ? 'shrunk' : 'grown'} by ${Math.abs(shiftPx)} px`,
    },
    smooth: {
      label: 'Smooth',
      tip: 'Takes jags and wisps off the edge',
      value: (smooth: number) => between('as it is', `${percent(smooth)} smooth`, 'smooth', smooth),
    },
  },
  outline: {
    label: 'Outline',
    tip: 'Few nodes to edit, or exact. For Vector and Mask group',
    value: (detail: number) => between('few nodes', `${percent(detail)} exact`, 'exact', detail),
    figures: (nodeCount: number, maxDeviationPx: number) =>
      `${nodeCount} nodes, within ${Math.max(maxDeviationPx, 0.1).toFixed(1)} px of the edge.`,
  },
  /** A notification: of at most 100 characters. */
  clicksLost:
    'Figma draws this image differently now, so the clicks of the cutout do not fit it. Click anew.',
  memoryShort: 'Memory is short: TinyCut keeps one image at a time now. Closing other tabs helps.',
  resize: { label: 'Resize the window', tip: 'Drag, or press arrow keys, with Shift for more' },
  problem: { retry: 'Try again', reload: 'Reload image', dismiss: 'Dismiss' },
} as const;
