import { render } from 'preact';
import { createAppState } from './app-state.ts';
import { takeEngineFiles } from './engine/embedded-assets.ts';
import { EngineClient } from './engine/engine-client.ts';
import { spawnWorker } from './engine/worker-spawner.ts';
import { connectHost, createHostPort } from './host/host-port.ts';
import { listenToKeys } from './keyboard-shortcuts.ts';
import { App } from './panels/app.tsx';
import { decodeInBrowser } from './session/picture.ts';
import { Workspace } from './session/workspace.ts';
import './styles/index.css';

const host = connectHost(createHostPort(window));
const engine = new EngineClient({ takeFiles: () => takeEngineFiles(document), spawn: spawnWorker });
const workspace = new Workspace({ host, engine, decode: decodeInBrowser });
const state = createAppState(workspace, engine);

listenToKeys(window, state);
render(<App state={state} />, document.getElementById('app')!);
void workspace.start();
// The engine starts by itself, after the first picture had its turn; a failure shows in its status.
requestAnimationFrame(() => setTimeout(() => void engine.start().catch(() => undefined), 0));
