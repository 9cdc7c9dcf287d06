import type { FigureDetail, FigureName, Figures } from '../figures.ts';
import { ENCODE_FLOOR_S, SHIPPED_PRECISION } from '../precision.ts';
import { median, ratioSpread } from '../statistics.ts';
import { formatNumber } from '../table.ts';
import { serveFiles } from './local-server.ts';
import { readPeer } from './peer-package.ts';
import { ourFiles, peerFiles, samplePictures } from './served-sides.ts';
import { runSpeedRounds, type SpeedSamples, type StepSamples } from './speed-rounds.ts';

export interface SpeedReport {
  figures: Partial<Figures>;
  details: Partial<Record<FigureName, FigureDetail>>;
  /** Sentences on how it was measured. */
  notes: string[];
}

/**
 * Ours against the peer in Chromium, one thread each.
 * @throws TinyCutError `model-missing`, `model-corrupt` for the peer; `internal`
 */
export async function measureSpeed(roundCount: number, onStep: (step: string) => void): Promise<SpeedReport> {
  const peer = readPeer();
  onStep('pack the files');
  const pictures = await samplePictures();
  const servers = [
    await serveFiles(await ourFiles(SHIPPED_PRECISION, pictures)),
    await serveFiles(await ourFiles('fp32', pictures)),
    await serveFiles(await peerFiles(peer, pictures)),
  ];
  const [ours, oursFp32, peerUrl] = servers.map(({ origin }) => `${origin}/index.html`);
  try {
    const urls = { ours: ours!, oursFp32: oursFp32!, peer: peerUrl! };
    return report(await runSpeedRounds(urls, roundCount, onStep), roundCount);
  } finally {
    for (const server of servers) server.close();
  }
}

function report(samples: SpeedSamples, roundCount: number): SpeedReport {
  const figures: Partial<Figures> = {};
  const details: SpeedReport['details'] = {};
  const add = (name: FigureName, step: StepSamples) => {
    const ours = times(step.ours);
    const peer = times(step.peer);
    const byWall = ratioSpread(
      step.ours.map(({ wallMs }) => wallMs),
      step.peer.map(({ wallMs }) => wallMs),
    );
    const { median: ratio, min, max } = ratioSpread(ours, peer);
    figures[name] = ratio;
    const unit = step.ours.every(hasCpuTime) ? 'CPU ms' : 'wall ms';
    details[name] = { ours: median(ours), peer: median(peer), unit, wallRatio: byWall.median, min, max };
  };
  add('encodeRatio', samples.encode);
  add('encodeFp32Ratio', samples.encodeFp32);
  add('promptRatio', samples.prompt);
  add('firstMaskRatio', samples.firstMask);
  add('loadRatio', samples.load);
  const { ours, peer } = samples.peakMemory;
  if (ours.length > 0) {
    const { median: ratio, min, max } = ratioSpread(ours, peer);
    figures.peakMemoryRatio = ratio;
    details.peakMemoryRatio = { ours: median(ours) / 1e6, peer: median(peer) / 1e6, unit: 'MB', min, max };
  }
  return { figures, details, notes: notesOn(samples, roundCount, details) };
}

function notesOn(samples: SpeedSamples, roundCount: number, details: SpeedReport['details']): string[] {
  const hasCpu = samples.encode.ours.every(hasCpuTime);
  const notes = [
    `Speed: ${roundCount} rounds, the sides in turn in browsers of their own, one WASM thread each; medians of the ` +
      "rounds' ratios. Both sides run onnxruntime-web's wasm build and open the same photo file.",
    `Of a prompt's ${formatNumber(median(samples.prompt.ours.map(({ wallMs }) => wallMs)), 0)} ms (wall) the decoder ` +
      `takes ${formatNumber(median(samples.decodeMs), 0)} ms; the rest makes four masks ready to be shown.`,
    `The first masks of both sides agree to IoU ${samples.maskAgreement.toFixed(3)}.`,
  ];
  if (!hasCpu) {
    notes.push('CPU time and memory come from /proc, which this system does not have: times are wall times.');
  }
  const encodes = [
    [SHIPPED_PRECISION, details.encodeRatio],
    ['fp32', details.encodeFp32Ratio],
  ] as const;
  for (const [precision, detail] of encodes) {
    const floorS = ENCODE_FLOOR_S[precision];
    notes.push(
      `Encode by ${precision}: ${formatNumber((100 * floorS * 1000) / detail!.ours, 0)} % of the limit, a floor of ` +
        `${floorS} s for its arithmetic that was measured elsewhere, on a machine of this kind.`,
    );
  }
  return notes;
}

function hasCpuTime({ cpuMs }: { cpuMs: number | null }): boolean {
  return cpuMs !== null;
}

/** CPU times, or wall times where there are none. */
function times(costs: StepSamples['ours']): number[] {
  return costs.map(({ cpuMs, wallMs }) => cpuMs ?? wallMs);
}
