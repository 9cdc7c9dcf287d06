import { CLICK_FEATURES } from '../../src/inference/prompt/click-features.ts';
import { readMaskedImages, type EvalImage } from '../quality/eval-set.ts';
import { runInWorkers } from '../quality/worker-pool.ts';
import { evenlySpaced, mean } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';
import type { ClickSample } from './click-sample.ts';
import { bestByWeights, fitWeights } from './fit-weights.ts';
import type { ResultsSection, SectionOptions } from './section.ts';

/** Which of the masks of one click is shown first: ours, its peers, and what a perfect choice would give. */
export async function measureMaskChoice({
  evalFolder,
  imageCount,
  show,
}: SectionOptions): Promise<ResultsSection> {
  const all = readMaskedImages(evalFolder)!;
  const images = evenlySpaced(all, imageCount ?? all.length);
  const label = (count: number) => `clicks: image ${count} of ${images.length}`;
  show(label(0));
  const perImage = await runInWorkers<EvalImage, ClickSample[]>(
    'clicks-worker.mjs',
    { evalFolder },
    images,
    (count) => show(label(count)),
  );
  return maskChoiceSection(perImage.flat());
}

/** The token that is shown first for a click. */
type Rule = (sample: ClickSample) => number;

export function maskChoiceSection(samples: readonly ClickSample[]): ResultsSection {
  const rules: [string, Rule][] = [
    ["the model's pick (predicted IoU)", ({ predictedToken }) => predictedToken],
    ['token 0', () => 0],
    ['largest', (sample) => bySize(sample)[0]!],
    ['middle', (sample) => bySize(sample)[1]!],
    ['smallest', (sample) => bySize(sample)[2]!],
    ['ours', ({ chosenToken }) => chosenToken],
    ['ours, fitted without the image', heldOutRule(samples, ({ imageId }) => imageId)],
    ['ours, fitted without the category', heldOutRule(samples, ({ category }) => category)],
    ['the best of three', ({ ious }) => ious.indexOf(Math.max(...ious.slice(1)), 1)],
    ['the best of four', ({ ious }) => ious.indexOf(Math.max(...ious))],
  ];
  const centred = samples.filter(({ isCentred }) => isCentred);
  const categories = [...new Set(centred.map(({ category }) => category))];
  const columns: [string, readonly ClickSample[]][] = [
    ['all', centred],
    ...categories.map((name): [string, ClickSample[]] => [
      name,
      centred.filter(({ category }) => category === name),
    ]),
    ['150', firstMasks(centred, PROTOCOL_MASKS)],
    ['off centre', samples.filter(({ isCentred }) => !isCentred)],
  ];
  const miou = (of: readonly ClickSample[], rule: Rule) =>
    mean(of.map((sample) => sample.ious[rule(sample)]!));
  const rows = rules.map(([name, rule]) => [
    name,
    ...columns.map(([, of]) => formatNumber(miou(of, rule), 3)),
  ]);
  const weights = fitWeights(samples.map(ambiguous));
  return {
    title: 'Which of the masks: mIoU after one click',
    table: formatTable(['shown first', ...columns.map(([name, of]) => `${name} (${of.length})`)], rows),
    figures: { clickMiou: miou(centred, ({ chosenToken }) => chosenToken) },
    notes: [
      'Clicks are in the middle of the object, but for the last column: anywhere well inside of it.',
      `150: the masks of the set's own protocol, the images' first, then their second, until there are ${PROTOCOL_MASKS}.`,
      `Weights fitted on all these clicks: ${CLICK_FEATURES.map((name, i) => `${name} ${weights[i]!.toPrecision(3)}`).join(', ')}.`,
    ],
  };
}

const PROTOCOL_MASKS = 150;

/** Tokens 1..3, largest first. */
function bySize({ areaFractions }: ClickSample): number[] {
  return [1, 2, 3].sort((a, b) => areaFractions[b]! - areaFractions[a]!);
}

function ambiguous({ features, ious }: ClickSample) {
  return { features, ious: ious.slice(1) };
}

/** The rule with weights from the clicks of all other groups; in an only group, from none. */
function heldOutRule(samples: readonly ClickSample[], groupOf: (sample: ClickSample) => string): Rule {
  const weightsOf = new Map<string, number[]>();
  for (const group of new Set(samples.map(groupOf))) {
    const others = samples.filter((sample) => groupOf(sample) !== group);
    if (others.length > 0) weightsOf.set(group, fitWeights(others.map(ambiguous)));
  }
  return (sample) => 1 + bestByWeights(sample, weightsOf.get(groupOf(sample)) ?? CLICK_FEATURES.map(() => 0));
}

/** The first mask of each image, then the second of each, and so on. */
function firstMasks(samples: readonly ClickSample[], count: number): ClickSample[] {
  return [...samples].sort((a, b) => a.maskIndex - b.maskIndex).slice(0, count);
}
