import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUIET_SETTINGS, type VscodeHost } from '../browser/vscode/vscode-session.ts';

/** As `scripts/test-vscode-desktop.mjs` names it. */
const VSIX = process.env['TINYCUT_VSIX']!;
const INSTALLED = join(process.cwd(), 'out/code-server/node_modules');
const NODE = join(INSTALLED, 'node/bin/node');
const CODE_SERVER = join(INSTALLED, 'code-server/out/node/entry.js');
const SETTINGS = { ...QUIET_SETTINGS, 'workbench.secondarySideBar.defaultVisibility': 'hidden' };
const START_MS = 60_000;

export interface CodeServer extends VscodeHost {
  /** What the extension host that is a Node process says of itself. */
  readonly nodeHostLog: string;
}

/**
 * VS Code's server with the packaged extension installed: extensions run in Node and files are on the disk, as on the desktop.
 * @param images by name
 */
export async function serveCodeServer(images: Record<string, Uint8Array>): Promise<CodeServer> {
  const home = mkdtempSync(join(tmpdir(), 'tinycut-code-server-'));
  const [photos, data] = ['photos', 'data'].map((name) => join(home, name)) as [string, string];
  mkdirSync(photos);
  for (const [name, bytes] of Object.entries(images)) writeFileSync(join(photos, name), bytes);
  mkdirSync(join(data, 'User'), { recursive: true });
  writeFileSync(join(data, 'User/settings.json'), JSON.stringify(SETTINGS));
  const common = [
    CODE_SERVER,
    ...['--config', join(home, 'config.yaml'), '--user-data-dir', data],
    ...['--extensions-dir', join(home, 'extensions')],
  ];
  const installed = spawnSync(NODE, [...common, '--install-extension', VSIX], { encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(`The extension was not installed: ${installed.stderr}`);

  const port = await freePort();
  const server = spawn(
    NODE,
    [
      ...common,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry'],
      ...['--disable-update-check', '--disable-workspace-trust', photos],
    ],
    // Its children are stopped with it.
    { detached: true, stdio: 'ignore' },
  );
  const url = `http://localhost:${port}/`;
  await untilAnswered(url);
  return {
    url,
    get names() {
      const entries = readdirSync(photos, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(photos.length + 1))
        .sort();
    },
    read: (name) => (existsSync(join(photos, name)) ? readFileSync(join(photos, name)) : undefined),
    get nodeHostLog() {
      const names = readdirSync(join(data, 'logs'), { recursive: true }) as string[];
      const logs = names.filter((name) => name.endsWith('remoteexthost.log'));
      return logs.map((name) => readFileSync(join(data, 'logs', name), 'utf8')).join('\n');
    },
    close() {
      process.kill(-server.pid!);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilAnswered(url: string): Promise<void> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < START_MS) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`code-server did not answer at ${url} in ${START_MS / 1000} s.`);
}
