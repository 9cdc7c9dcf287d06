import { render } from 'preact';
import { App } from './app.tsx';
import { exposeWorkbench } from './workbench-handle.ts';
import { Workbench, type PluginFiles } from './workbench.ts';
import './page.css';

async function fetchFile(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} could not be loaded (${response.status}).`);
  return response;
}

async function fetchPlugin(): Promise<PluginFiles> {
  const [manifest, mainJs, uiHtml, quickJsWasm] = await Promise.all([
    fetchFile('/plugin/manifest.json').then((response) => response.json() as Promise<{ name: string }>),
    fetchFile('/plugin/main.js').then((response) => response.text()),
    fetchFile('/plugin/ui.html').then((response) => response.text()),
    fetchFile('/quickjs.wasm').then((response) => response.arrayBuffer()),
  ]);
  return { name: manifest.name, mainJs, uiHtml, quickJsWasm };
}

async function start(root: HTMLElement): Promise<void> {
  root.textContent = 'Loading the plugin…';
  const [plugin, bytes] = await Promise.all([
    fetchPlugin(),
    fetchFile('/samples/bowl.jpg').then(async (response) => new Uint8Array(await response.arrayBuffer())),
  ]);
  const workbench = new Workbench(plugin, { name: 'bowl', bytes });
  exposeWorkbench(workbench);
  root.textContent = '';
  render(<App workbench={workbench} />, root);
}

const root = document.getElementById('app')!;
start(root).catch((thrown: unknown) => {
  root.textContent = `The workbench did not start: ${thrown instanceof Error ? thrown.message : thrown}`;
});
