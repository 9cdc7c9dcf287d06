import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWorkbench, WorkbenchFailure, type WorkbenchServer } from '../../workbench/serve-workbench.ts';

const root = process.cwd();

describe('the workbench server', () => {
  let workbench: WorkbenchServer;
  let port: number;

  beforeAll(async () => {
    workbench = await serveWorkbench({ root, port: 0 });
    port = (workbench.server.address() as AddressInfo).port;
  });

  afterAll(() => void workbench?.server.close());

  /** Past fetch, which would tidy the path up before sending it. */
  async function statusOf(requestLine: string): Promise<number> {
    const socket = connect(port, '127.0.0.1');
    socket.write(`${requestLine} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return Number(/^HTTP\/1\.1 (\d+)/.exec(head.toString())?.[1]);
  }

  it('listens on this machine only', () => {
    expect((workbench.server.address() as AddressInfo).address).toBe('127.0.0.1');
  });

  it('serves the page and the plugin', async () => {
    expect(await statusOf('GET /')).toBe(200);
    expect(await statusOf('GET /?any=thing')).toBe(200);
    expect(await statusOf('GET /plugin/main.js')).toBe(200);
  });

  it.each([
    '/../package.json',
    '/samples/../package.json',
    '/samples/..%2f..%2fetc/passwd',
    '/package.json',
    '//etc/passwd',
    '/samples/',
    '/__proto__',
    '/constructor',
  ])('does not serve %s', async (path) => {
    expect(await statusOf(`GET ${path}`)).toBe(404);
  });

  it('takes GET only', async () => {
    expect(await statusOf('POST /')).toBe(405);
  });

  it('does not hand the plugin out as a page of its own origin', async () => {
    const response = await fetch(`${workbench.url}plugin/ui.html`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    await response.body?.cancel();
  });

  it('says in a sentence that a port is taken or that nothing is built', async () => {
    await expect(serveWorkbench({ root, port })).rejects.toThrow(
      `Port ${port} is in use. Choose another with --port`,
    );
    await expect(serveWorkbench({ root: '/nonexistent/', port: 0 })).rejects.toThrow(WorkbenchFailure);
    await expect(serveWorkbench({ root: '/nonexistent/', port: 0 })).rejects.toThrow('npm run build');
  });
});
