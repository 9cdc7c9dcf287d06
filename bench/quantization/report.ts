import { formatNumber, formatTable } from '../table.ts';
import type { FormName, Study } from './study.ts';

const TITLES: Record<FormName, string> = {
  fp32: 'fp32',
  shipped: 'int8 as shipped (dynamic activations)',
  minMax: 'static W8A8, min-max scales',
  searched: '+ search',
  split: '+ split ranges',
  mixed: '+ mixed precision',
};

export function studyTable({ rows }: Study): string {
  return formatTable(
    ['encoder', 'embedding error', 'mask IoU, mean', 'min', 'box mIoU', '1-click mIoU'],
    rows.map((row) => [
      TITLES[row.form],
      formatNumber(row.relativeError, 4),
      formatNumber(row.meanAgreement, 4),
      formatNumber(row.minAgreement, 3),
      formatNumber(row.boxMiou, 4),
      formatNumber(row.clickMiou, 4),
    ]),
  );
}

/** What the figures are of, and which products stay float. */
export function describeStudy(study: Study): string[] {
  const { sensitivities, floatSites, siteCount, calibrationIds, imageCount, maskCount } = study;
  const sensitivityTable = formatTable(
    ['quantised alone', 'estimated share', 'embedding error', 'mixed'],
    sensitivities.map(({ site, estimatedShare, relativeError }) => [
      site,
      formatNumber(estimatedShare, 3),
      formatNumber(relativeError, 4),
      floatSites.includes(site) ? 'float' : '',
    ]),
  );
  return [
    ...sensitivityTable.split('\n'),
    '',
    `${siteCount} products (linear layers, 1 x 1 convolutions, attention) have 8-bit factors; the rest is float, and so is the decoder.`,
    `Measured on ${maskCount} masks in ${imageCount} held-out images; embedding error and mask IoU are against fp32, for all four masks.`,
    `Calibrated on ${calibrationIds.join(', ')}.`,
  ];
}
