import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { packVsix } from '../../scripts/pack-vsix.mjs';

/** The package of the extension, from what the build left in `dist/vscode`. */
describe('the .vsix', () => {
  let files: Record<string, Uint8Array>;
  const textOf = (name: string) => new TextDecoder().decode(files[name]);

  beforeAll(async () => {
    files = unzipSync((await packVsix('dist/vscode')).bytes);
  });

  it('holds what its manifest names, and nothing that only developers need', () => {
    const manifest = JSON.parse(textOf('extension/package.json')) as Record<string, string>;
    for (const key of ['main', 'browser', 'icon']) {
      expect(Object.keys(files)).toContain(`extension/${manifest[key]!.replace(/^\.\//, '')}`);
    }
    expect(manifest['version']).toBe(
      (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version,
    );
    for (const notice of ['README.md', 'LICENSE', 'THIRD_PARTY.md'])
      expect(files).toHaveProperty([`extension/${notice}`]);
    expect(Object.keys(files).filter((name) => /\.(map|ts)$/.test(name))).toEqual([]);
    expect(textOf('extension/extension.js')).not.toContain('sourceMappingURL');
  });

  it('says in its container what each file is', () => {
    const assets = [...textOf('extension.vsixmanifest').matchAll(/ Path="([^"]+)"/g)].map(
      ([, path]) => path!,
    );
    expect(assets.filter((path) => !files[path])).toEqual([]);
    const known = [...textOf('[Content_Types].xml').matchAll(/Extension="(\.[^"]+)"/g)].map(
      ([, extension]) => extension!,
    );
    const unknown = Object.keys(files).filter((name) => !known.some((extension) => name.endsWith(extension)));
    expect(unknown.sort()).toEqual(['[Content_Types].xml', 'extension/LICENSE']);
  });

  it('offers only commands that the extension registers', () => {
    const { contributes } = JSON.parse(textOf('extension/package.json')) as {
      contributes: { commands: { command: string }[]; menus: Record<string, { command: string }[]> };
    };
    const offered = contributes.commands.map(({ command }) => command);
    for (const command of offered)
      expect(textOf('extension/extension.js')).toContain(`registerCommand("${command}"`);
    const inMenus = Object.values(contributes.menus).flat();
    expect(inMenus.filter(({ command }) => !offered.includes(command))).toEqual([]);
  });
});
