import { render } from 'preact';
import { createAppState } from './app-state.ts';
import { takeEngineFiles } from './engine/embedded-assets.ts';
import { EngineClient } from './engine/engine-client.ts';
import { spawnWorker } from './engine/worker-spawner.ts';
import { connectHost, createFigmaPort } from './host/host-port.ts';
import { acquireVsCode, createVsCodePort } from './host/vscode-webview.ts';
import { listenToKeys } from './keyboard-shortcuts.ts';
import { App } from './panels/app.tsx';
import { placeTooltips } from './place-tooltips.ts';
import { maxThreadCount } from './platform.ts';
import { keepWork } from './session/kept-work.ts';
import { decodeInBrowser } from './session/picture.ts';
import { Workspace } from './session/workspace.ts';
import './styles/index.css';

const vsCode = acquireVsCode(window);
const port = vsCode ? createVsCodePort(window, vsCode) : createFigmaPort(window);
const host = connectHost(port, {
  traceMask: () => workspace.traceMask(),
  removeBackgrounds: (params, context) => workspace.removeBackgrounds(params, context),
});
const engine = new EngineClient({
  takeFiles: () => takeEngineFiles(document),
  spawn: spawnWorker,
  maxThreadCount,
});
const workspace: Workspace = new Workspace({ host, engine, decode: decodeInBrowser });
const state = createAppState(workspace, engine);

if (vsCode) keepWork(workspace, vsCode);
listenToKeys(window, state);
placeTooltips(document);
render(<App state={state} />, document.getElementById('app')!);
// An image starts the engine as soon as it is shown, and not before: unpacking the model would hold its picture up.
// Without an image there is time to get ready for one; a failure shows in the engine's status.
void workspace.start().then(() => {
  if (!workspace.session.peek()) engine.start().catch(() => undefined);
});
