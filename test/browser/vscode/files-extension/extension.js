/* A virtual workspace: files that live in the test's own process and are reached over HTTP. */
const vscode = require('vscode');

const FILES = 'testfiles';

exports.activate = (context) => {
  const changes = new vscode.EventEmitter();
  /** @returns the server's answer; a file system error that VS Code knows for what went wrong */
  const ask = async (method, uri, options = {}) => {
    const base = vscode.Uri.joinPath(context.extensionUri, '../files').toString(true);
    const response = await fetch(`${base}${uri.path}?${new URLSearchParams(options.query)}`, {
      method,
      body: options.body,
    });
    if (response.status === 404) throw vscode.FileSystemError.FileNotFound(uri);
    if (response.status === 403) throw vscode.FileSystemError.NoPermissions(uri);
    if (!response.ok) throw vscode.FileSystemError.Unavailable(uri);
    return response;
  };
  const change = (uri, type) => changes.fire([{ uri, type }]);
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(
      FILES,
      {
        onDidChangeFile: changes.event,
        watch: () => new vscode.Disposable(() => {}),
        stat: async (uri) => (await ask('GET', uri, { query: { stat: '1' } })).json(),
        readDirectory: async (uri) => (await ask('GET', uri, { query: { list: '1' } })).json(),
        readFile: async (uri) => new Uint8Array(await (await ask('GET', uri)).arrayBuffer()),
        async writeFile(uri, body) {
          await ask('PUT', uri, { body });
          change(uri, vscode.FileChangeType.Created);
        },
        async createDirectory(uri) {
          await ask('PUT', uri, { query: { folder: '1' } });
          change(uri, vscode.FileChangeType.Created);
        },
        async delete(uri) {
          await ask('DELETE', uri);
          change(uri, vscode.FileChangeType.Deleted);
        },
        rename: async (uri) => {
          throw vscode.FileSystemError.NoPermissions(uri);
        },
      },
      { isCaseSensitive: true },
    ),
  );
};
