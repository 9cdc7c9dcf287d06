import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encode } from 'fast-png';
import type { Point, Size } from '../../../src/shared/affine.ts';
import { projectPath } from '../../project-folder.ts';
import type { OutlineMask } from './outline-masks.ts';
import { parseSubpaths, type Subpath } from './path-subpaths.ts';

/** Tracers that are measured and never shipped: they are no dependencies, and potrace is GPL. */

export const PEERS_FOLDER = 'out/outline-peers';
export const PEERS_COMMAND = `npm install --prefix ${PEERS_FOLDER} --ignore-scripts potrace@2.1.8 imagetracerjs@1.2.6 vectortracer@0.1.2 fit-curve@0.2.0`;

export interface TracedOutline {
  subpaths: Subpath[];
  /** From the mask in memory to path data. */
  ms: number;
}

export interface OutlineTracer {
  name: string;
  trace(mask: OutlineMask): Promise<TracedOutline>;
}

/** @returns those that are installed, and the names of those that are not */
export async function loadPeers(): Promise<{ tracers: OutlineTracer[]; missing: string[] }> {
  const tracers: OutlineTracer[] = [];
  const missing: string[] = [];
  for (const [packageName, load] of Object.entries(PEERS)) {
    const folder = join(projectPath(PEERS_FOLDER), 'node_modules', packageName);
    if (existsSync(folder)) tracers.push(...(await load(folder)));
    else missing.push(packageName);
  }
  return { tracers, missing };
}

const PEERS: Record<string, (folder: string) => OutlineTracer[] | Promise<OutlineTracer[]>> = {
  potrace: potraceTracers,
  imagetracerjs: imagetracerTracers,
  vectortracer: vtracerTracers,
  'fit-curve': fitCurveTracers,
};

interface Potrace {
  loadImage(png: Buffer, callback: (error: Error | null) => void): void;
  getPathTag(): string;
}

function potraceTracers(folder: string): OutlineTracer[] {
  const { Potrace } = require_(folder) as { Potrace: new (options: object) => Potrace };
  const withOptions = (name: string, options: object): OutlineTracer => ({
    name,
    async trace({ inside, geometry }) {
      const tracer = new Potrace({ threshold: 128, ...options });
      const png = Buffer.from(blackOnWhite(inside, geometry.imageSizePx));
      await new Promise<void>((resolve, reject) =>
        tracer.loadImage(png, (error) => (error ? reject(error) : resolve())),
      );
      return timed(() => pathsOf(tracer.getPathTag()));
    },
  });
  return [
    withOptions('potrace, default', {}),
    withOptions('potrace, alphaMax 1.3, optTolerance 1', { alphaMax: 1.3, optTolerance: 1 }),
  ];
}

interface ImageTracer {
  imagedataToSVG(image: ImageDataLike, options: object): string;
}

function imagetracerTracers(folder: string): OutlineTracer[] {
  const tracer = require_(folder) as ImageTracer;
  const pal = [0, 255].map((grey) => ({ r: grey, g: grey, b: grey, a: 255 }));
  return [
    {
      name: 'imagetracerjs, default',
      async trace({ inside, geometry }) {
        const image = greyImage(inside, geometry.imageSizePx);
        return timed(() => {
          const svg = tracer.imagedataToSVG(image, { pal, colorsampling: 0 });
          return pathsOf([...svg.matchAll(/<path [^>]*rgb\(0,0,0\)[^>]*>/g)].join(''));
        });
      },
    },
  ];
}

interface BinaryImageConverter {
  init(): void;
  tick(): boolean;
  getResult(): string;
  free(): void;
}

/** The package is built for bundlers: its WASM is started by hand. */
async function vtracerTracers(folder: string): Promise<OutlineTracer[]> {
  const pkg = join(folder, 'pkg');
  const bindings = (await import(pathToFileURL(join(pkg, 'vectortracer_bg.js')).href)) as {
    __wbg_set_wasm(exports: WebAssembly.Exports): void;
    BinaryImageConverter: new (image: object, parameters: object, options: object) => BinaryImageConverter;
  };
  const { instance } = await WebAssembly.instantiate(readFileSync(join(pkg, 'vectortracer_bg.wasm')), {
    './vectortracer_bg.js': bindings as unknown as WebAssembly.ModuleImports,
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  const parameters = {
    debug: false,
    mode: 'spline',
    cornerThreshold: Math.PI / 3,
    lengthThreshold: 4,
    maxIterations: 10,
    spliceThreshold: Math.PI / 4,
    filterSpeckle: 16,
    pathPrecision: 2,
  };
  return [
    {
      name: 'vtracer, default',
      async trace({ inside, geometry }) {
        const { data, width, height } = greyImage(inside, geometry.imageSizePx);
        const image = { data: new Uint8ClampedArray(data), width, height };
        return timed(() => {
          const converter = new bindings.BinaryImageConverter(image, parameters, { invert: false });
          converter.init();
          while (!converter.tick());
          const svg = converter.getResult();
          converter.free();
          return pathsOf(svg);
        });
      },
    },
  ];
}

/** Schneider's fit of the sub-pixel contour; its tolerance is the square of a distance. */
function fitCurveTracers(folder: string): OutlineTracer[] {
  const loaded = require_(folder) as { default?: FitCurve };
  const fitCurve = loaded.default ?? (loaded as FitCurve);
  return [1, 2].map((tolerancePx) => ({
    name: `contour + fit-curve, ${tolerancePx} px`,
    async trace({ contours }) {
      return timed(() =>
        contours.map((points) => {
          const closed = [...points, points[0]!].map(({ x, y }) => [x, y]);
          const cubics = fitCurve(closed, tolerancePx ** 2);
          const point = ([x, y]: number[]): Point => ({ x: x!, y: y! });
          return { start: points[0]!, segments: cubics.map(([, a, b, c]) => [a!, b!, c!].map(point)) };
        }),
      );
    },
  }));
}
type FitCurve = (points: number[][], maxError: number) => number[][][];

function timed(work: () => Subpath[]): TracedOutline {
  const startedAt = performance.now();
  const subpaths = work();
  return { subpaths, ms: performance.now() - startedAt };
}

/** All paths of an SVG, each moved by its `translate`. */
function pathsOf(svg: string): Subpath[] {
  return [...svg.matchAll(/<path\s[^>]*>/g)].flatMap(([tag]) => {
    const [, data] = /\sd="([^"]*)"/.exec(tag) ?? [];
    const [, x, y] = /translate\(\s*([-\d.]+)[ ,]+([-\d.]+)/.exec(tag) ?? [];
    return parseSubpaths(data ?? '', { x: Number(x ?? 0), y: Number(y ?? 0) });
  });
}

interface ImageDataLike extends Size {
  data: Uint8Array;
}

/** RGBA: black where the mask is. */
function greyImage(inside: Uint8Array, { width, height }: Size): ImageDataLike {
  const data = new Uint8Array(4 * inside.length).fill(255);
  inside.forEach((value, pixel) => data.fill(value ? 0 : 255, 4 * pixel, 4 * pixel + 3));
  return { data, width, height };
}

function blackOnWhite(inside: Uint8Array, { width, height }: Size): Uint8Array {
  return encode({ width, height, data: inside.map((value) => (value ? 0 : 255)), channels: 1 });
}

function require_(folder: string): unknown {
  return createRequire(join(folder, 'package.json'))(folder);
}
