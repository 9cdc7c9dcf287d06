import type { ProductSite } from '../../models/compile/quantize/product-sites.ts';
import { estimatedLoss, type SiteScales } from '../../models/compile/quantize/estimated-loss.ts';
import { minMaxScales, searchScales } from '../../models/compile/quantize/search-scales.ts';
import type { SiteSamples } from '../../models/compile/quantize/site-samples.ts';
import { serveJobs } from '../quality/worker-pool.ts';
import { openProduct } from './product-session.ts';

/** A thread of the quantization study: searches scales, site after site. */

export interface SearchJob {
  name: string;
  source: ProductSite['source'];
  samples: SiteSamples;
}

/** What is compared: each adds to the one before. */
export const SCALE_CHOICES = ['minMax', 'searched', 'split'] as const;
export type ScaleChoice = (typeof SCALE_CHOICES)[number];

export type SearchResult = Record<ScaleChoice, { scales: SiteScales; estimatedLoss: number }>;

const opened = openProduct();

serveJobs<SearchJob, SearchResult>(search, ({ name }) => name);

async function search({ source, samples }: SearchJob): Promise<SearchResult> {
  const product = await opened;
  const withLoss = async (scales: SiteScales) => ({
    scales,
    estimatedLoss: await estimatedLoss(samples, scales, product),
  });
  const searched = await withLoss(await searchScales(samples, { source, splitRanges: false }, product));
  return {
    minMax: await withLoss(minMaxScales(samples)),
    searched,
    split:
      source === 'other'
        ? searched
        : await withLoss(await searchScales(samples, { source, splitRanges: true }, product)),
  };
}
